/** The pages of those who are not logged in yet, loaded together. */
export { default as LoginPage } from "./LoginPage.vue";
export { default as RecoverPage } from "./RecoverPage.vue";
export { default as RegisterPage } from "./RegisterPage.vue";
