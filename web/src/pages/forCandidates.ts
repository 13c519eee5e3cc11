/** The pages of somebody who is logged in, loaded together: who registers sees most of them. */
export { default as ChangePage } from "./ChangePage.vue";
export { default as CommitmentPage } from "./CommitmentPage.vue";
export { default as ConfirmPage } from "./ConfirmPage.vue";
export { default as EditPage } from "./EditPage.vue";
export { default as MaterialsPage } from "./MaterialsPage.vue";
export { default as MePage } from "./MePage.vue";
export { default as PaymentPage } from "./PaymentPage.vue";
export { default as ReceiptPage } from "./ReceiptPage.vue";
export { default as RegistrationPage } from "./RegistrationPage.vue";
export { default as RegistrationsPage } from "./RegistrationsPage.vue";
