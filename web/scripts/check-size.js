/** Fails when the script that a candidate loads first is larger, compressed, than the budget. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const BUDGET_BYTES = 60 * 1024;
/** All pages together: they are loaded ahead, so they cost traffic even where nobody opens them. */
const WHOLE_BUDGET_BYTES = 120 * 1024;

const folder = mkdtempSync(join(tmpdir(), "size-"));
try {
  await build({ build: { outDir: folder, emptyOutDir: true }, logLevel: "error" });
  const scripts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".js"),
  );
  // The page names the first script and, to be loaded with it, those that it imports.
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const first = scripts.filter((name) => page.includes(name));
  judge("at first load", first, BUDGET_BYTES);
  judge("in all", scripts, WHOLE_BUDGET_BYTES);
} finally {
  rmSync(folder, { recursive: true });
}

function judge(when, names, budget) {
  const bytes = names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
  const said = `${(bytes / 1024).toFixed(1)} KB of compressed script ${when} (budget ${budget / 1024} KB)`;
  if (bytes > budget) {
    console.error(`Too large: ${said}.`);
    process.exitCode = 1;
  } else {
    console.log(`${said}.`);
  }
}
