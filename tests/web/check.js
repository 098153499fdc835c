// SPDX-License-Identifier: GPL-3.0-or-later
// check.js FOLDER: the reports of the jobs in a data folder, and its index.html.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import { Tally, launch } from "./browser.js";
import { accessible, widths } from "./looks.js";
import { deeds, still } from "./deeds.js";
import { planted } from "./planted.js";
import config from "./htmlvalidate.js";

const folder = process.argv[2], validator = new HtmlValidate(config);
const start = Date.now(), tallies = [];
const tally = name => (tallies.push(new Tally(name)), tallies.at(-1));

export async function valid(file, t) {
	const report = await validator.validateString(readFileSync(file, "utf8"));
	t.none(report.results.flatMap(r => r.messages.map(m => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`)), "html-validate");
}

const everyWay = [390, 1280].flatMap(width => [false, true].map(dark => ({ width, dark })));
const twoWays = [{ width: 1280, dark: false }, { width: 390, dark: true }];

/* Where the time goes, for who asks: WEB_TIMES=1 */
async function timed(what, deed) {
	const from = Date.now();
	await deed();
	if (process.env.WEB_TIMES) console.log(`  ${what} ${((Date.now() - from) / 1000).toFixed(1)} s`);
}

async function report(browser, name, file) {
	const t = tally(name);
	await timed("valid", () => valid(file, t));
	// each way takes seconds on a page of many charts: those that differ only by their size get fewer
	const big = ["wide", "weather", "german"].includes(name);
	await timed("widths", () => widths(browser, file, t, big ? [360, 1024, 1920] : undefined));
	await timed("accessible", () => accessible(browser, file, t, big ? [twoWays[name.length % 2]] : name === "dirty" ? twoWays : everyWay));
	if (name !== "weather") await timed("deeds", () => deeds(browser, file, t));
	await timed("still", () => still(browser, file, t));
	t.ok(statSync(file).size < 5e6, "larger than 5 MB");
}

async function index(browser, file) {
	const t = tally("index.html");
	await valid(file, t);
	await widths(browser, file, t);
	await accessible(browser, file, t, everyWay);
}

const browser = await launch();
try {
	const only = process.env.WEB_ONLY;     // a job, to look at it alone
	const jobs = readdirSync(join(folder, "jobs")).map(name => [name, join(folder, "jobs", name, "report.html")])
		.filter(j => existsSync(j[1]) && (!only || j[0] === only));
	const work = jobs.map(j => () => report(browser, ...j));
	if (!only || only === "index") work.push(() => index(browser, join(folder, "index.html")));
	if (!only || only === "planted") work.push(() => planted(browser, join(folder, "jobs/small/report.html"), valid, tally("planted")));
	// two at a time: pages in the background are not drawn, but two browsers would not be faster
	const next = async () => { for (let one; (one = work.shift());) await one(); };
	await Promise.all([next(), next()]);
} finally {
	await browser.close();
}
for (const miss of tallies.flatMap(t => t.misses)) console.log(miss);
console.log(`${tallies.length} pages, ${((Date.now() - start) / 1000).toFixed(1)} s`);
const passed = tallies.reduce((n, t) => n + t.passed, 0), failed = tallies.reduce((n, t) => n + t.misses.length, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
