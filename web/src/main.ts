/** Where the pages start. */
import { createApp } from "vue";
import App from "./App.vue";
import { loadAhead, router } from "./router";
import { listenToOtherTabs, sessionIsKnown } from "./session";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/pages.css";
import "./styles/print.css";

// Everybody's pages show whether somebody is logged in; they need not wait to know it.
sessionIsKnown().catch(() => undefined);
listenToOtherTabs();

createApp(App).use(router).mount("#app");

// Where the first page does not open, there is nothing to go on from.
loadAhead().catch(() => undefined);
