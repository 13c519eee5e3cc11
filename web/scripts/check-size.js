/** Fails when the script that a candidate loads first is larger, compressed, than the budget. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const BUDGET_BYTES = 120 * 1024;

const folder = mkdtempSync(join(tmpdir(), "size-"));
try {
  await build({ build: { outDir: folder, emptyOutDir: true }, logLevel: "error" });
  // Every script counts: there is one, and no other is loaded later.
  const scripts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".js"),
  );
  const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
  const said = `${(bytes / 1024).toFixed(1)} KB of compressed script at first load (budget ${BUDGET_BYTES / 1024} KB)`;
  if (bytes > BUDGET_BYTES) {
    console.error(`Too large: ${said}.`);
    process.exitCode = 1;
  } else {
    console.log(`${said}.`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
