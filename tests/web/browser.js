// SPDX-License-Identifier: GPL-3.0-or-later
// The browser, a page in it that hides nothing (errors, requests, violations of its policy), and counting.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const require = createRequire(import.meta.url);
export const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export class Tally {
	passed = 0;
	misses = [];
	constructor(name) { this.name = name; }
	ok(good, text) {
		if (good) this.passed++;
		else this.misses.push(`${this.name}: ${text}`);
		return good;
	}
	/* A list of what is wrong: empty is good. */
	none(list, text) {
		const all = [...list];
		return this.ok(all.length === 0, `${text}: ${all.length} of them: ${all.slice(0, 5).join("; ").slice(0, 600)}`);
	}
}

export async function launch() {
	const known = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
	return puppeteer.launch({
		protocolTimeout: 120e3,
		executablePath: known.find(p => p && existsSync(p)),
		args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
			"--disable-sync", "--no-first-run", "--font-render-hinting=none", "--force-color-profile=srgb"],
	});
}

/* Opens a file. `seen` collects what a good page has none of; `copied` is what it put on the clipboard. */
export async function open(browser, file, { width = 1280, height = 900, dark = false, script = true, touch = false } = {}) {
	const page = await browser.newPage();
	const url = "file://" + file, seen = [];
	await page.setJavaScriptEnabled(script);
	await page.setViewport({ width, height, hasTouch: touch, isMobile: touch });
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }, { name: "prefers-reduced-motion", value: "reduce" }]);
	page.on("console", m => { if (["error", "warn"].includes(m.type())) seen.push("console: " + m.text()); });
	page.on("pageerror", e => seen.push("error: " + e.message));
	page.on("dialog", d => { seen.push("dialog: " + d.message()); d.dismiss(); });
	page.on("request", r => { if (!r.url().startsWith("data:") && r.url().split("#")[0] !== url) seen.push("request: " + r.url()); });
	await page.evaluateOnNewDocument(() => {
		window.copied = null;
		window.violations = [];
		document.addEventListener("securitypolicyviolation", e => window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
		Object.defineProperty(navigator, "clipboard", { value: { writeText: async text => { window.copied = text; } } });
	});
	await page.goto(url, { waitUntil: "load" });
	page.seen = async () => [...seen, ...(script ? (await page.evaluate("violations")).map(v => "policy: " + v) : [])];
	page.url0 = url;
	return page;
}
