// Writes ../dist (stylesheet, script, fonts) and the letters' fonts from the sources beside this file.
// `--check` writes nothing and fails when a committed file differs: continuous integration runs it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const dist = join(here, "..", "dist");
const letterFonts = join(here, "..", "..", "templates", "letters", "fonts");
const checking = process.argv.includes("--check");
const differing = [];

function put(path, bytes) {
  const data = Buffer.from(bytes);
  if (checking) {
    if (!existsSync(path) || !readFileSync(path).equals(data)) differing.push(path);
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, data);
  console.log(`${data.length} bytes, ${gzipSync(data).length} gzip  ${path}`);
}

const stylesheet = sass.compile(join(here, "scss", "klas.scss"), {
  style: "compressed",
  charset: false,
  loadPaths: [modules],
  quietDeps: true,
}).css;
// lightweight second pass: esbuild merges rules and shortens values that Sass leaves alone
const css = await esbuild.transform(stylesheet, { loader: "css", minify: true, legalComments: "none" });
put(join(dist, "css", "klas.css"), css.code);

const script = await esbuild.build({
  absWorkingDir: here,
  entryPoints: ["js/klas.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "none",
  write: false,
});
put(join(dist, "js", "klas.js"), script.outputFiles[0].contents);

const web = join(modules, "@fontsource-variable", "source-sans-3");
put(join(dist, "fonts", "source-sans-3.woff2"), readFileSync(join(web, "files", "source-sans-3-latin-wght-normal.woff2")));
put(join(dist, "fonts", "source-sans-3-ext.woff2"), readFileSync(join(web, "files", "source-sans-3-latin-ext-wght-normal.woff2")));
put(join(dist, "fonts", "OFL.txt"), readFileSync(join(web, "LICENSE")));
put(join(dist, "images", "favicon.svg"), readFileSync(join(here, "favicon.svg")));

const print = join(modules, "source-sans");
for (const face of ["Regular", "Semibold", "Bold", "It"]) {
  put(join(letterFonts, `SourceSans3-${face}.ttf`), readFileSync(join(print, "TTF", `SourceSans3-${face}.ttf`)));
}
put(join(letterFonts, "OFL.txt"), readFileSync(join(print, "LICENSE.md")));

if (differing.length) {
  console.error(`Differs from what the sources give; run npm run build and commit:\n${differing.join("\n")}`);
  process.exit(1);
}
