// SPDX-License-Identifier: GPL-3.0-or-later
// check.js FOLDER: the reports of the jobs in a data folder, and its index.html.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import { Tally, launch } from "./browser.js";
import { accessible, widths } from "./looks.js";
import { deeds, find, still } from "./deeds.js";
import { planted } from "./planted.js";
import config from "./htmlvalidate.js";

const folder = process.argv[2], validator = new HtmlValidate(config);
const start = Date.now(), tallies = [];
const tally = name => (tallies.push(new Tally(name)), tallies.at(-1));

export async function valid(file, t) {
	const report = await validator.validateString(readFileSync(file, "utf8"));
	t.none(report.results.flatMap(r => r.messages.map(m => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`)), "html-validate");
}

const bright = { width: 1280, dark: false }, darkPhone = { width: 390, dark: true };
const everyWay = [bright, darkPhone, { width: 390, dark: false }, { width: 1280, dark: true }];

/* Penguins are looked at in all ways. Each way takes seconds of a page with many charts, so the others
 * are looked at in those that may differ: their letters, their width, what they leave out. */
const all = { widths: undefined, ways: everyWay, deeds: true };
const plans = {
	penguins: all, small: all,
	dirty: { widths: [360, 1024, 1920], ways: [bright], deeds: true },
	german: { widths: [360, 768, 1280], ways: [darkPhone] },
	shareable: { widths: [390, 1280], ways: [bright], deeds: true },
	wide: { widths: [360, 1600], ways: [darkPhone] },
	weather: { widths: [360, 1024], ways: [bright] },
	thousand: { widths: [390], ways: [], find: true },     // of the same parts as wide, which is checked for more
};

/* Where the time goes, for who asks: WEB_TIMES=1 */
async function timed(what, deed) {
	const from = Date.now();
	await deed();
	if (process.env.WEB_TIMES) console.log(`  ${what} ${((Date.now() - from) / 1000).toFixed(1)} s`);
}

async function report(browser, name, file) {
	const t = tally(name), plan = plans[name];
	if (!plan.find) await timed(`${name} valid`, () => valid(file, t));
	await timed(`${name} widths`, () => widths(browser, file, t, plan.widths));
	await timed(`${name} accessible`, () => accessible(browser, file, t, plan.ways));
	if (plan.deeds) await timed(`${name} deeds`, () => deeds(browser, file, t));
	if (plan.find) await timed(`${name} find`, () => find(browser, file, t));
	await timed(`${name} still`, () => still(browser, file, t));
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
	const jobs = Object.keys(plans).map(name => [name, join(folder, "jobs", name === "shareable" ? "editions/shareable" : name, "report.html")])
		.filter(j => !only || j[0] === only);
	const work = jobs.map(j => room => report(room, ...j));
	if (!only || only === "index") work.push(room => index(room, join(folder, "index.html")));
	if (!only || only === "planted") work.push(room => planted(room, join(folder, "jobs/small/report.html"), valid, tally("planted")));
	// two at a time: pages in the background are not drawn, but two browsers would not be faster; each with
	// a memory of its own, as all files share one otherwise
	const next = async () => {
		for (let one; (one = work.shift());) {
			const room = await browser.createBrowserContext();
			await one(room);
			await room.close();
		}
	};
	await Promise.all([next(), next()]);
} finally {
	await browser.close();
}
for (const miss of tallies.flatMap(t => t.misses)) console.log(miss);
console.log(`${tallies.length} pages, ${((Date.now() - start) / 1000).toFixed(1)} s`);
const passed = tallies.reduce((n, t) => n + t.passed, 0), failed = tallies.reduce((n, t) => n + t.misses.length, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
