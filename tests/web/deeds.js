// SPDX-License-Identifier: GPL-3.0-or-later
// What a page does: search, sort, filter, copy, change its colours, lead to its parts, print; and that it
// needs no script to be read.
import { open } from "./browser.js";

/* RFC 4180, read on its own. */
export function parseCsv(text) {
	const rows = [[]];
	let at = 0;
	while (at < text.length) {
		let value = "";
		if (text[at] === '"') {
			for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
				if (at >= text.length) throw new Error("a quote without an end");
				if (text[at] === '"') at++;
				value += text[at];
			}
			at++;
		} else {
			while (at < text.length && !",\r".includes(text[at])) {
				if ('"\n'.includes(text[at])) throw new Error("a quote or line end in a plain field");
				value += text[at++];
			}
		}
		rows.at(-1).push(value);
		if (text[at] === ",") { at++; continue; }
		if (text.slice(at, at + 2) !== "\r\n") throw new Error(`no end of line at ${at}`);
		at += 2;
		if (at < text.length) rows.push([]);
	}
	return rows;
}

/* What a copied table must hold, worked out in another way than the script does. */
function asCopied(text, comma) {
	let plain = text.replace(/[\u202f\u00a0]/g, "").replace(/\u2212/g, "-");
	if (comma && /^[<>~]?[+-]?\d+,\d+/.test(plain)) plain = plain.replace(",", ".");
	if (/^[<>~]?[+-]?\d[\d.,]*(e[+-]?\d+)?(%|[kMGTP]?B|bytes?)?$/.test(plain)) return plain;
	return /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
}

async function keyboard(page, t) {
	await page.bringToFront();
	await page.keyboard.press("Tab");
	t.ok(await page.evaluate(() => document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().top >= 0), "the first Tab shows the skip link");
	await page.keyboard.press("Enter");
	t.ok(await page.evaluate(() => document.activeElement.id === "report"), "which leads to the report");
	let found = false;
	await page.evaluate(() => document.activeElement.blur());
	await page.evaluate(() => { scrollTo(0, 0); document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex"); });
	for (let i = 0; i < 8 && !found; i++) {
		await page.keyboard.press("Tab");
		found = await page.evaluate(() => document.activeElement.matches(".side .filter"));
		const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
		t.ok(ring !== "none", "what has the focus shows it");
	}
	if (await page.$(".side .filter[hidden]")) return;     // few columns: nothing to search
	if (!t.ok(found, "Tab reaches the search")) return;
	const all = await page.$$eval(".side li", l => l.length);
	await page.keyboard.type("zzzz");
	t.ok(await page.$$eval(".side li", l => l.every(e => e.hidden || e.parentElement.closest("[hidden]"))), "a search for nothing finds nothing");
	for (let i = 0; i < 4; i++) await page.keyboard.press("Backspace");
	t.ok(await page.$$eval(".side li:not([hidden])", l => l.length) === all, "an empty search shows all again");
}

const columnOf = (page, i) => page.$eval("table.sortable", (table, k) => [...table.tBodies[0].rows].map(r => r.cells[k].textContent.trim()), i);

async function sorting(page, t) {
	if (!await page.$("table.sortable th button")) return t.ok(false, "a table can be sorted");
	await page.$eval("table.sortable", e => { for (let up = e; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true; });
	const before = await columnOf(page, 0);
	await page.focus("table.sortable th button");
	await page.keyboard.press("Enter");
	const up = await columnOf(page, 0), sort = () => page.$eval("table.sortable th", th => th.getAttribute("aria-sort"));
	t.ok(await sort() === "ascending", "Enter sorts, and says so");
	await page.keyboard.press("Space");
	const down = await columnOf(page, 0);
	t.ok(await sort() === "descending", "again, the other way");
	t.ok([...before].sort().join("\n") === [...up].sort().join("\n"), "no row gets lost");
	const none = up.filter(v => v.startsWith("–")).length, n = up.length - none;
	t.ok(up.slice(0, n).join("\n") === down.slice(0, n).reverse().join("\n") || new Set(up).size < up.length, "down is up reversed");
	const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
	const numbers = up.slice(0, n).map(v => parseFloat(v.replace(/[\u202f\u00a0]/g, "").replace("\u2212", "-")));
	t.ok(numbers.every(v => !isNaN(v)) || up.slice(0, n).every((v, i) => i === 0 || order.compare(up[i - 1], v) <= 0), "up is in order");
}

async function copying(page, t) {
	const tables = await page.$$("div.table"), comma = await page.evaluate(() => words.decimal_mark === ",");
	for (const box of tables.slice(0, 40)) {
		const button = await box.$(".tools button:last-of-type");
		if (!t.ok(button, "every table can be copied")) return;
		await page.evaluate(b => { window.copied = null; b.click(); }, button);
		const { copied, want } = await box.evaluate(e => ({ copied: window.copied, want: [...e.querySelectorAll("tr:not([hidden])")].map(tr =>
			[...tr.cells].filter(c => !c.matches(".spark")).map(c => c.dataset.v ?? (c.querySelector("button") ?? c).textContent.replace(/^[^\S\u2003]+|\s+$/g, ""))) }));
		try {
			const got = JSON.stringify(parseCsv(copied)), should = JSON.stringify(want.map(r => r.map(v => asCopied(v, comma))));
			if (!t.ok(got === should, `copied ${got.slice(0, 400)} instead of ${should.slice(0, 400)}`)) return;
		} catch (e) {
			t.ok(false, `no CSV: ${e.message}: ${String(copied).slice(0, 200)}`);
			return;
		}
	}
}

async function theme(page, t) {
	const now = () => page.evaluate(() => [document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor].join(" "));
	const before = await now();
	await page.$eval("button.theme", b => b.click());
	const after = await now();
	t.ok(before.split(" ").slice(1).join() !== after.split(" ").slice(1).join(), "the switch changes the colours");
	await page.reload();
	t.ok(await now() === after, "and is remembered");
	await page.evaluate(() => localStorage.setItem("dossier-theme", "<nonsense>"));
	await page.reload();
	t.ok(["light", "dark", ""].includes((await now()).split(" ")[0]), "nonsense in the memory does no harm");
	await page.evaluate(() => localStorage.clear());
	await page.reload();
	t.ok(await now() === before, "forgotten, it is as at first");
}

async function links(page, t) {
	t.none(await page.evaluate(() => [...document.querySelectorAll("a[href^='#']")].map(a => a.getAttribute("href")).filter(h => !document.getElementById(h.slice(1)))), "links that lead nowhere");
	t.none(await page.evaluate(() => [...document.querySelectorAll("main section[id], main .finding[id]")].filter(e => !e.querySelector(`a.anchor[href="#${e.id}"]`)).map(e => e.id)), "places without a link to them");
	t.none(await page.evaluate(() => [...document.querySelectorAll("a[href]")].map(a => a.getAttribute("href")).filter(h => !/^(#|https?:|mailto:)/.test(h))), "links of another kind");
	const hidden = await page.evaluate(() => [...document.querySelectorAll("details:not([open]) [id]")].map(e => e.id).slice(0, 3));
	for (const id of hidden) {
		await page.goto(page.url0 + "#" + id);
		await page.reload();
		t.ok(await page.$eval("#" + id, e => e.getClientRects().length > 0 && !e.closest("details:not([open])")), `#${id} opens what it is in`);
	}
	const finding = await page.$("main .finding a.anchor");
	if (finding) {
		await page.evaluate(a => { window.copied = null; a.click(); }, finding);
		t.ok(await page.evaluate(() => window.copied === location.href && location.hash.length > 1), "the link of a finding is copied");
	}
}

async function paper(page, t) {
	await page.emulateMediaType("print");
	await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
	t.none(await page.$$eval("details:not([open]):not(.data)", l => l.map(d => d.querySelector("summary").textContent)), "folded on paper");
	t.none(await page.evaluate(() => [...document.querySelectorAll(".side, .skip, .tools, .theme, a.anchor, button.menu")].filter(e => e.getClientRects().length).map(e => e.className)), "controls on paper");
	await page.evaluate(() => dispatchEvent(new Event("afterprint")));
	t.ok(await page.$("details:not([open])"), "afterwards it is as before");
	await page.emulateMediaType("screen");
}

/* On a phone the contents open over the page, and close on the way to a place. */
async function phone(browser, file, t) {
	const page = await open(browser, file, { width: 390, touch: true });
	const shown = () => page.$$eval(".side a[href^='#']", l => l.filter(a => a.getClientRects().length).length);
	const before = await shown();
	await page.$eval(".menu", b => b.click());
	t.ok(await shown() > before + 5, "the menu opens the contents");
	t.ok(await page.$eval(".menu", b => b.getAttribute("aria-expanded")) === "true", "and says so");
	t.none(await page.evaluate(() => [...document.querySelectorAll(".side.open *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("svg")).map(e => e.className)), "contents off the screen");
	const last = await page.$$eval(".side li a", l => { l.at(-1).click(); return l.at(-1).hash.slice(1); });
	t.ok(await shown() === before && await page.$eval("#" + last, e => e.getBoundingClientRect().top < innerHeight), "a place in it is shown");
	const mark = await page.$("figure svg g path title");
	if (mark) {
		const text = await mark.evaluate(e => e.textContent);
		await mark.evaluate(e => e.parentElement.dispatchEvent(new PointerEvent("pointerdown", { pointerType: "touch", bubbles: true, clientX: 5, clientY: 5 })));
		t.ok(await page.$eval(".tip", e => e.textContent).catch(() => "") === text, "a mark says what it is under a finger");
	}
	t.none(await page.evaluate(() => [...document.querySelectorAll("div.table:has(caption)")].filter(e => e.getClientRects().length).filter(e => {
		const title = document.createRange(), tools = e.querySelector(".tools.find")?.getBoundingClientRect(), head = e.querySelector("thead").getBoundingClientRect();
		title.selectNodeContents(e.querySelector("caption"));
		return tools && (title.getClientRects()[0].bottom > tools.top || tools.bottom > head.top);
	}).map(e => e.querySelector("caption").textContent)), "titles that do not stand above the tools of their tables");
	t.none(await page.seen(), "seen on a phone");
	await page.close();
}

export async function deeds(browser, file, t) {
	const page = await open(browser, file);
	for (const deed of [keyboard, sorting, copying, theme, links, paper]) await deed(page, t);
	t.none(await page.seen(), "seen");
	await page.close();
	await phone(browser, file, t);
}

/* One column among many: in the contents, and in the table that has all of them. */
export async function find(browser, file, t) {
	const page = await open(browser, file);
	const places = [[".side .filter", ".side li li:not([hidden])"], ["#overview .tools .filter", "#overview table.sortable tbody tr:not([hidden])"]];
	for (const [box, found] of places) {
		const texts = () => page.$$eval(found, l => l.map(e => e.textContent.toLowerCase()));
		const all = await texts(), some = all.filter(s => s.includes("measure_12"));
		await page.focus(box);
		await page.keyboard.type("Measure_12");
		t.ok(some.length > 0 && some.length < all.length && JSON.stringify(await texts()) === JSON.stringify(some), `${box} finds ${(await texts()).length}, not ${some.length} of ${all.length}`);
	}
	// the last column has no section of its own: its name leads to the table that lists it
	const side = ".side .filter", shown = () => page.$$eval(".side > ul > li:not([hidden]) > a", l => l.map(a => a.hash).join(" "));
	const last = await page.$eval("#overview table.sortable tbody tr:last-child th", th => th.querySelector("a") ? "" : th.textContent.trim());
	for (const [want, chapters, nothing] of [[last, "#overview", false], ["no such column", "", true]]) {
		await page.$eval(side, box => { box.value = ""; box.focus(); });
		await page.keyboard.type(want);
		t.ok(want !== "" && await shown() === chapters, `${want}: found in '${await shown()}', not '${chapters}'`);
		t.ok(await page.$eval(".side .nothing", p => !p.hidden) === nothing, `${want}: says that there is nothing`);
	}
	t.none(await page.seen(), "seen");
	await page.close();
}

/* Without a script all that is said can be read, and nothing is offered that does not work. */
export async function still(browser, file, t) {
	const page = await open(browser, file, { width: 390, script: false });
	const rest = await page.evaluate(() => ({
		buttons: [...document.querySelectorAll("button, input")].filter(e => e.getClientRects().length).map(e => e.className),
		links: [...document.querySelectorAll(".side a[href^='#']")].filter(e => e.getClientRects().length).length,
		text: document.querySelector("main").innerText.length,
		folded: [...document.querySelectorAll("details")].filter(d => !d.querySelector("summary")).length,
	})).catch(e => ({ error: e.message }));
	t.none(rest.buttons ?? [rest.error], "offered without a script");
	t.ok(rest.links > 5, `contents without a script: ${rest.links}`);
	t.ok(rest.text > 1000, "text without a script");
	t.ok(rest.folded === 0, "details without a summary");
	t.none(await page.seen(), "seen without a script");
	await page.close();
}
