import compat from "eslint-plugin-compat";
import vue from "eslint-plugin-vue";
import accessibility from "eslint-plugin-vuejs-accessibility";
import globals from "globals";
import typescript from "typescript-eslint";

const NO_POP_UPS = ["alert", "confirm", "prompt", "open"].map((property) => ({
  object: "window",
  property,
  message: "No pop-ups: say it in the page.",
}));

export default typescript.config(
  { ignores: ["dist/", "node_modules/", "src/api-types.d.ts"] },
  ...typescript.configs.strict,
  ...vue.configs["flat/recommended"],
  ...accessibility.configs["flat/recommended"],
  compat.configs["flat/recommended"],
  {
    files: ["**/*.{ts,vue}"],
    languageOptions: {
      parserOptions: { parser: typescript.parser },
      globals: globals.browser,
    },
    rules: {
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 60],
      "max-params": ["error", 6],
      "no-alert": "error",
      "no-console": "error",
      "no-restricted-globals": ["error", { name: "fetch", message: "Only src/api.ts calls the API." }],
      "no-restricted-properties": ["error", ...NO_POP_UPS],
      // How the text lies on the page is the formatter's business.
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/html-self-closing": "off",
      "vue/html-indent": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/no-v-html": "error",
      // A label with `for` is enough, and survives every screen reader.
      "vuejs-accessibility/label-has-for": ["error", { required: { some: ["nesting", "id"] } }],
    },
  },
  {
    files: ["src/api.ts"],
    rules: { "no-restricted-globals": "off" },
  },
  {
    files: ["tests/**", "scripts/**", "*.config.{js,ts}"],
    languageOptions: { globals: globals.node },
    rules: { "compat/compat": "off", "max-lines-per-function": "off", "no-console": "off" },
  },
  {
    // Speaks to browsers that know nothing newer than ES5.
    files: ["public/*.js"],
    languageOptions: { ecmaVersion: 5, sourceType: "script", globals: globals.browser },
    rules: { "no-var": "off" },
  },
);
