/** How the pages are built. What a stranger sees comes first; the other pages are loaded while it is read, so that
 * they open at once, and one that is there works on through Back and a lost network. One style sheet. */
import vue from "@vitejs/plugin-vue";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The oldest browsers that are served; `public/old-browser.js` tells older ones in words. */
const OLDEST_BROWSERS = ["chrome86", "edge86", "firefox115", "safari15", "ios15"];

/** Photos and scans go past the API, straight to the bucket; locally that is the same address. */
const MATERIALS_ORIGIN = process.env["MATERIALS_ORIGIN"] ?? "";

const POLICY = [
  "default-src 'self'",
  `connect-src 'self' ${MATERIALS_ORIGIN}`.trim(),
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

/** Only in what is built: the development server puts styles inline. */
function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

const API = process.env["API_URL"] ?? "http://localhost:8000";

export default defineConfig({
  plugins: [vue(), contentSecurityPolicy()],
  build: {
    target: OLDEST_BROWSERS,
    cssTarget: OLDEST_BROWSERS,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
  },
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false },
  server: { proxy: { "/api": API, "/simulators": API } },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
