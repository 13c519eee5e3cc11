/** Fails when src/api-types.d.ts is not what docs/openapi.json gives. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "types-"));
const fresh = join(folder, "api-types.d.ts");
try {
  // As the script `types` does; a second --output behind its own would be refused.
  execFileSync(
    "node_modules/.bin/openapi-typescript",
    ["../docs/openapi.json", "--output", fresh, "--empty-objects-unknown"],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  if (readFileSync(fresh, "utf8") !== readFileSync("src/api-types.d.ts", "utf8")) {
    console.error("src/api-types.d.ts is older than docs/openapi.json: run `npm run types` in web/.");
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
