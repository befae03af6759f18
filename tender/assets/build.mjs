// Compiles the style sheet and copies the scripts into tender/static/, which is never committed.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const source = dirname(fileURLToPath(import.meta.url));
const root = join(source, "..", "..");
const target = join(root, "tender", "static");
const packages = join(root, "node_modules");

await mkdir(target, { recursive: true });

const { css } = sass.compile(join(source, "tender.scss"), {
  loadPaths: [packages],
  style: "compressed",
  quietDeps: true,
});
await writeFile(join(target, "tender.css"), css);

for (const [from, to] of [
  [join(source, "tender.js"), "tender.js"],
  [join(source, "icon.svg"), "icon.svg"],
  [join(packages, "govuk-frontend", "dist", "govuk", "govuk-frontend.min.js"), "govuk-frontend.min.js"],
]) {
  await copyFile(from, join(target, to));
}
