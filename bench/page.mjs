// Is a report page sound? An HTML validator, axe, and whether a browser asks for anything or complains.
// See docs/report-page.md. Usage: node page.mjs PAGE.html [CHROMIUM]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(resolve(process.cwd(), "package.json"));
const { HtmlValidate } = require("html-validate");
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [page, chromium = "/usr/bin/chromium"] = process.argv.slice(2);
const SIZES = [[360, 800], [1600, 1000]];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
let serious = 0;

const validator = new HtmlValidate({
  extends: ["html-validate:recommended", "html-validate:a11y"],
  // Matters of taste: inline lengths of bars, blanks at line ends, long titles.
  rules: { "no-inline-style": "off", "no-trailing-whitespace": "off", "long-title": "off", "prefer-native-element": "off" },
});
const report = await validator.validateString(readFileSync(page, "utf8"));
for (const message of report.results.flatMap((result) => result.messages)) {
  serious += message.severity === 2;
  console.log(`html-validate: line ${message.line}: ${message.ruleId}: ${message.message}`);
}

const browser = await puppeteer.launch({ executablePath: chromium, args: FLAGS });
for (const scheme of ["light", "dark"]) {
  for (const [width, height] of SIZES) {
    const tab = await browser.newPage();
    const where = `${width} px, ${scheme}`;
    tab.on("console", (said) => { serious += 1; console.log(`console: ${where}: ${said.text()}`); });
    tab.on("pageerror", (error) => { serious += 1; console.log(`error: ${where}: ${error.message}`); });
    tab.on("request", (request) => {
      if (!/^(data|file):/.test(request.url())) { serious += 1; console.log(`request: ${where}: ${request.url()}`); }
    });
    await tab.setViewport({ width, height });
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await tab.goto(pathToFileURL(page).href, { timeout: 120000 });
    const wider = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wider > 0) { serious += 1; console.log(`layout: ${where}: the page is ${wider} px wider than the window`); }
    await tab.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
    await tab.evaluate(axe);
    const found = await tab.evaluate(() => window.axe.run());
    for (const { id, impact, help, nodes } of found.violations) {
      serious += ["serious", "critical"].includes(impact);
      console.log(`axe: ${where}: ${impact}: ${id}: ${help} (${nodes.length}): ${nodes[0].html.slice(0, 120)}`);
    }
    console.log(`axe: ${where}: ${found.passes.length} rules pass, ${found.violations.length} do not`);
    await tab.close();
  }
}
await browser.close();
console.log(serious ? `${serious} serious findings` : "nothing serious");
process.exit(serious ? 1 : 0);
