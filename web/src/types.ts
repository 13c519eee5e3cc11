/** The API's shapes under short names. They are generated: see `npm run types`. */
import type { components } from "./api-types";

type Schemas = components["schemas"];

export type Action = Schemas["Action"];
export type Account = Schemas["AccountView"];
export type Check = Schemas["CheckView"];
export type Choices = Schemas["ChoicesView"];
export type Credential = Schemas["CredentialView"];
export type Credentials = Schemas["CredentialsView"];
export type Exam = Schemas["ExamView"];
export type ExamSummary = Schemas["ExamSummaryView"];
export type Exams = Schemas["ExamsView"];
export type Level = Schemas["LevelView"];
export type Offering = Schemas["OfferingView"];
export type OfferingSummary = Schemas["OfferingSummaryView"];
export type Material = Schemas["MaterialView"];
export type Materials = Schemas["MaterialsView"];
export type PaymentOrder = Schemas["PaymentOrderView"];
export type Permission = Schemas["PermissionView"];
export type PhoneProof = Schemas["PhoneProofView"];
export type Preview = Schemas["ChoicesPreviewView"];
export type Problem = Schemas["Problem"];
export type Recovered = Schemas["RecoveredView"];
export type Recovery = Schemas["RecoveryView"];
export type Registration = Schemas["RegistrationView"];
export type Registrations = Schemas["RegistrationsView"];
export type Session = Schemas["SessionView"];
export type CodeFate = Schemas["CodeFateView"];
export type SmsCode = Schemas["SmsCodeView"];
export type StartPermissions = Schemas["StartPermissionsView"];
export type Standing = Schemas["StandingView"];
export type UploadForm = Schemas["UploadFormView"];
export type Step = Schemas["StepView"];
export type Window = Schemas["WindowView"];
export type Windows = Schemas["WindowsView"];

export type ChangeField = Schemas["ChoiceField"];
export type ChangeRequest = Schemas["ChangeRequestView"];
export type ChangeWish = Schemas["ChangeWish"];
export type Confirmation = Schemas["Confirmation"];
export type Login = Schemas["Login"];
export type OneTimePasswordUse = Schemas["OneTimePasswordUse"];
export type NewAccount = Schemas["NewAccount"];
export type NewCredential = Schemas["NewCredential"];
export type NewMaterial = Schemas["NewMaterial"];
export type NewPaymentOrder = Schemas["NewPaymentOrder"];
export type RecoveryRequest = Schemas["RecoveryRequest"];

export type OrderState = Schemas["OrderState"];
export type Provider = NonNullable<NewPaymentOrder["provider"]>;
export type MaterialKind = Schemas["MaterialKind"];
export type Commitment = Schemas["Commitment"];
export type IdType = Schemas["IdType"];
export type CredentialKind = Schemas["CredentialKind"];
export type CredentialLevel = Schemas["CredentialLevel"];
export type VerificationState = Schemas["VerificationState"];
