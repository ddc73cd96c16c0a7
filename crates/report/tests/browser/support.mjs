// Opens a page of the report in headless Chromium and watches it: every request, every word on the console.
// ALVH_BROWSER_MODULES names the folder that `npm ci` filled, ALVH_CHROMIUM the browser.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const modules = process.env.ALVH_BROWSER_MODULES;
if (!modules) throw new Error("ALVH_BROWSER_MODULES must name the folder with node_modules");
const require = createRequire(path.join(path.resolve(modules), "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** The run folder that is looked at. */
export const folder = path.resolve(needed("ALVH_REPORT_FOLDER"));
/** The page of a sweep and a page full of hostile names; the Rust tests write both. */
export const sweepPage = path.resolve(needed("ALVH_SWEEP_PAGE"));
/** The page of a study, written by the Rust tests too. */
export const studyPage = path.resolve(needed("ALVH_STUDY_PAGE"));
/** A run of thirty-three arms, written by the Rust tests too. */
export const manyPage = path.resolve(needed("ALVH_MANY_PAGE"));
export const hostilePage = path.resolve(needed("ALVH_HOSTILE_PAGE"));
export const report = path.join(folder, "report.html");

function needed(name) {
  if (!process.env[name]) throw new Error(`${name} is not set`);
  return process.env[name];
}

let browser;
/** The one browser of this process. */
async function chrome() {
  const executablePath = process.env.ALVH_CHROMIUM || "/usr/bin/chromium";
  browser ??= await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  return browser;
}
export async function close() {
  await browser?.close();
}

/** A page with `requests` and `noise` beside it; `use` gets the page and may assert on both. */
export async function visit(file, options, use) {
  const context = await (await chrome()).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  try {
    const page = await context.newPage();
    const requests = [], noise = [];
    page.on("request", request => requests.push(request.url()));
    page.on("console", message => noise.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", error => noise.push(`error: ${error.message}`));
    page.on("dialog", dialog => { noise.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    await page.goto(pathToFileURL(file).href);
    await use(page, { requests, noise });
  } finally {
    await context.close();
  }
}

/** Time to the first contentful paint [ms]. */
export async function firstPaint(page) {
  const entry = "performance.getEntriesByName('first-contentful-paint')[0]";
  await page.waitForFunction(`${entry} !== undefined`);
  return Math.round(await page.evaluate(`${entry}.startTime`));
}

/** Rules that axe finds broken, as words; minor remarks are left out. */
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return found.violations
    .filter(rule => rule.impact === "serious" || rule.impact === "critical")
    .map(rule => `${rule.id} (${rule.nodes.length}): ${rule.nodes[0].html.slice(0, 160)}: ${rule.nodes[0].failureSummary}`);
}

/** Rows of a CSV file as objects; the tables of a run quote only with `"`. */
export function csv(name) {
  const text = readFileSync(path.join(folder, name), "utf8");
  const records = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at], record = records[records.length - 1];
    if (quoted && c === '"' && text[at + 1] === '"') { record[record.length - 1] += '"'; at++; }
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ",") record.push("");
    else if (!quoted && c === "\n") records.push([""]);
    else record[record.length - 1] += c;
  }
  const [head, ...rows] = records.filter(record => record.length > 1);
  return rows.map(row => Object.fromEntries(head.map((column, at) => [column, row[at]])));
}

/** An arm as the page names it: its title, a twin by the arm that it copies. */
export const label = name => {
  const arms = JSON.parse(readFileSync(path.join(folder, "manifest.json"), "utf8")).arms;
  const own = arms.find(arm => arm.name === name);
  return own.twin_of ? `twin of ${label(own.twin_of)}` : own.title || own.name;
};

/** A number as the page prints it, read back. */
export const number = text => Number(text.trim().replace(/,/g, "").replace("−", "-").replace("+", ""));
