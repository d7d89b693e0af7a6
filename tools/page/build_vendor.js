// Bundles the library that the page renders with into one module, with its licences beside it.

import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";

const target = new URL("../../src/brushwork/studio/static/vendor/", import.meta.url);
const packages = ["preact", "@preact/signals", "@preact/signals-core"];

const described = await Promise.all(packages.map(async (name) => JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"))));
const banner = `/* ${described.map((one) => `${one.name} ${one.version}`).join(", ")}; MIT, see LICENSE.txt. Built by tools/page/build_vendor.js. */`;
await build({ entryPoints: ["vendor.js"], bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none", banner: { js: banner }, outfile: new URL("preact.js", target).pathname });
const licences = await Promise.all(packages.map(async (name) => `${name}\n\n${await readFile(`node_modules/${name}/LICENSE`, "utf8")}`));
await writeFile(new URL("LICENSE.txt", target), licences.join(`\n${"-".repeat(72)}\n\n`));
