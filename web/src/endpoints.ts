/** The API's routes, each under the name of what it does. Addresses, bodies and answers are checked against
 * the generated types, so a route that changed no longer compiles. */
import { call, type Call } from "./api";
import type { paths } from "./api-types";
import type * as T from "./types";

type Method = "get" | "post" | "put" | "delete";
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Json<Content> = Content extends { content: { "application/json": infer Shape } } ? Shape : never;
type Body<O> = O extends { requestBody: infer Request } ? Json<Request> : undefined;
type Answer<O> = O extends { responses: infer Answers }
  ? Answers extends { 200: infer Good }
    ? Json<Good>
    : Answers extends { 201: infer Made }
      ? Json<Made>
      : undefined
  : never;
type Ids<O> = O extends { parameters: { path: infer Parameters } } ? Parameters : undefined;

type Options<O> = Omit<Call, "method" | "path" | "body"> &
  (Ids<O> extends undefined ? { ids?: never } : { ids: Ids<O> }) &
  (Body<O> extends undefined ? { body?: never } : { body: Body<O> });

function ask<P extends keyof paths, M extends Method>(
  method: M,
  path: P,
  options: Options<Operation<P, M>>,
): Promise<Answer<Operation<P, M>>> {
  const { ids, ...rest } = options;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((ids as Record<string, string> | undefined)?.[name] ?? ""),
  );
  return call({ ...rest, method: method.toUpperCase() as Call["method"], path: filled });
}

// Accounts and sessions

export const sendRegistrationCode = (phone: string) => ask("post", "/sms-codes", { body: { phone } });

export const sendPhoneChangeCode = (phone: string) =>
  ask("post", "/account/phone/sms-codes", { body: { phone } });

export const provePhone = (codeId: string, code: string) =>
  ask("post", "/sms-codes/{code_id}/proof", { ids: { code_id: codeId }, body: { code } });

export const readCodeFate = (codeId: string) =>
  ask("get", "/sms-codes/{code_id}", { ids: { code_id: codeId } });

export const openAccount = (body: T.NewAccount) => ask("post", "/accounts", { body, mayBeLoggedOut: true });

export const logIn = (body: T.Login) => ask("post", "/session", { body, mayBeLoggedOut: true });

/** Set a new password with the one that a clerk gave out, and be logged in. */
export const logInWithNewPassword = (body: T.OneTimePasswordUse) =>
  ask("post", "/session/new-password", { body, mayBeLoggedOut: true });

export const readSession = () => ask("get", "/session", { mayBeLoggedOut: true });

/** The same for a page that shows the account, where a session that ended is to be renewed. */
export const readAccount = () => ask("get", "/session", {});

export const logOut = () => ask("delete", "/session", { mayBeLoggedOut: true });

export const changePhone = (phoneProof: string, password: string) =>
  ask("put", "/account/phone", { body: { phone_proof: phoneProof, password } });

// Recovery of a username or password

export const startRecovery = (body: T.RecoveryRequest) => ask("post", "/recoveries", { body });

export const sendRecoveryCode = (recoveryId: string) =>
  ask("post", "/recoveries/{recovery_id}/sms-code", { ids: { recovery_id: recoveryId } });

export const answerRecovery = (recoveryId: string, answers: string[]) =>
  ask("post", "/recoveries/{recovery_id}/answers", { ids: { recovery_id: recoveryId }, body: { answers } });

export const proveRecovery = (recoveryId: string, codeId: string, code: string) =>
  ask("post", "/recoveries/{recovery_id}/code", {
    ids: { recovery_id: recoveryId },
    body: { code_id: codeId, code },
  });

export const setPassword = (recoveryId: string, resetToken: string, password: string) =>
  ask("put", "/recoveries/{recovery_id}/password", {
    ids: { recovery_id: recoveryId },
    body: { reset_token: resetToken, password },
  });

// Credentials

export const readCredentials = () => ask("get", "/credentials", {});

export const addCredential = (body: T.NewCredential) => ask("post", "/credentials", { body });

// Exams

export const readExams = () => ask("get", "/exams", {});

export const readExam = (examId: string) => ask("get", "/exams/{exam_id}", { ids: { exam_id: examId } });

export const readStartPermissions = (examId: string) =>
  ask("get", "/exams/{exam_id}/start", { ids: { exam_id: examId } });

// Registrations

export const readRegistrations = () => ask("get", "/registrations", {});

export const readRegistration = (registrationId: string) =>
  ask("get", "/registrations/{registration_id}", { ids: { registration_id: registrationId } });

export const startRegistration = (examId: string, authorityId: string) =>
  ask("post", "/registrations", { body: { exam_id: examId, authority_id: authorityId } });

export const saveChoices = (registrationId: string, version: number, choices: T.Choices) =>
  ask("put", "/registrations/{registration_id}/choices", {
    ids: { registration_id: registrationId },
    body: { version, choices },
  });

export const previewChoices = (registrationId: string, choices: T.Choices) =>
  ask("post", "/registrations/{registration_id}/choices/preview", {
    ids: { registration_id: registrationId },
    body: { choices },
  });

export const confirmRegistration = (registrationId: string, body: T.Confirmation) =>
  ask("put", "/registrations/{registration_id}/confirmation", {
    ids: { registration_id: registrationId },
    body,
  });

export const readCommitment = (registrationId: string) =>
  ask("get", "/registrations/{registration_id}/commitment", { ids: { registration_id: registrationId } });

export const withdrawCommitment = (registrationId: string) =>
  ask("post", "/registrations/{registration_id}/commitment/withdrawal", {
    ids: { registration_id: registrationId },
  });

export const cancelConfirmation = (registrationId: string, version: number) =>
  ask("post", "/registrations/{registration_id}/confirmation/cancellation", {
    ids: { registration_id: registrationId },
    body: { version },
  });

export const askForChange = (registrationId: string, body: T.ChangeWish) =>
  ask("post", "/registrations/{registration_id}/change-requests", {
    ids: { registration_id: registrationId },
    body,
  });

export const readChangeRequests = (registrationId: string) =>
  ask("get", "/registrations/{registration_id}/change-requests", {
    ids: { registration_id: registrationId },
  });

export const cancelPayment = (registrationId: string) =>
  ask("post", "/registrations/{registration_id}/cancel-payment", {
    ids: { registration_id: registrationId },
  });

export const optOut = (registrationId: string) =>
  ask("post", "/registrations/{registration_id}/opt-out", { ids: { registration_id: registrationId } });

export const giveUpRegistration = (registrationId: string) =>
  ask("delete", "/registrations/{registration_id}", { ids: { registration_id: registrationId } });

// Help

export const readHelp = () => ask("get", "/help", {});

export const readMyHelp = () => ask("get", "/help/mine", { mayBeLoggedOut: true });

// Material for a review

export const readMaterials = (registrationId: string) =>
  ask("get", "/registrations/{registration_id}/materials", { ids: { registration_id: registrationId } });

export const offerMaterial = (registrationId: string, body: T.NewMaterial) =>
  ask("post", "/registrations/{registration_id}/materials", {
    ids: { registration_id: registrationId },
    body,
  });

export const judgeMaterial = (registrationId: string, materialId: string) =>
  ask("post", "/registrations/{registration_id}/materials/{material_id}/received", {
    ids: { registration_id: registrationId, material_id: materialId },
  });

export const linkToMaterial = (registrationId: string, materialId: string) =>
  ask("get", "/registrations/{registration_id}/materials/{material_id}/content", {
    ids: { registration_id: registrationId, material_id: materialId },
  });

export const removeMaterial = (registrationId: string, materialId: string) =>
  ask("delete", "/registrations/{registration_id}/materials/{material_id}", {
    ids: { registration_id: registrationId, material_id: materialId },
  });

// Payment

export const openPaymentOrder = (registrationId: string, body: T.NewPaymentOrder, idempotencyKey: string) =>
  ask("post", "/registrations/{registration_id}/payment-orders", {
    ids: { registration_id: registrationId },
    body,
    idempotencyKey,
  });

export const readPaymentOrders = (registrationId: string) =>
  ask("get", "/registrations/{registration_id}/payment-orders", { ids: { registration_id: registrationId } });

export const readPaymentOrder = (orderId: string) =>
  ask("get", "/payment-orders/{order_id}", { ids: { order_id: orderId } });

export const checkPayment = (orderId: string) =>
  ask("post", "/payment-orders/{order_id}/check", { ids: { order_id: orderId } });
