// SPDX-License-Identifier: GPL-3.0-or-later
// How a page looks: nothing wider than the screen, no letter outside of its chart, what axe finds.
import { axe, open } from "./browser.js";

/* Elements that reach over the edge of the page and that nothing scrolls or cuts on purpose. */
const tooWide = () => {
	const edge = document.documentElement.clientWidth + 1, out = [];
	if (document.documentElement.scrollWidth > edge) out.push(`the page: ${document.documentElement.scrollWidth} of ${edge - 1}`);
	for (const e of document.querySelectorAll("body *")) {
		const r = e.getBoundingClientRect();
		if (r.width === 0 || r.height === 0 || (r.right <= edge && r.left >= -1) || e.closest("svg")?.parentElement.closest(".scroll")) continue;
		let up = e.parentElement, held = false;
		for (; up && !held; up = up.parentElement) held = up !== document.body && getComputedStyle(up).overflowX !== "visible";
		if (!held && getComputedStyle(e).position !== "fixed") out.push(`${e.tagName}.${e.className} "${e.textContent.trim().slice(0, 30)}" ${r.left | 0}..${r.right | 0}`);
	}
	return out;
};

/* Letters that leave the picture they belong to by more than the room beside it: the fonts of a machine
 * may be wider than those that charts are measured with; above and below letters there is some in their boxes. */
const clipped = () => [...document.querySelectorAll("figure svg")].flatMap(svg => {
	const s = svg.getBoundingClientRect();
	return s.width === 0 ? [] : [...svg.querySelectorAll("text")].filter(t => {
		const r = t.getBoundingClientRect();
		return r.width && (r.left < s.left - 6 || r.right > s.right + 6 || r.top < s.top - 2.5 || r.bottom > s.bottom + 2.5);
	}).map(t => {
		const r = t.getBoundingClientRect();
		return `${svg.closest("figure").id}: "${t.textContent.slice(0, 40)}" by ${Math.max(s.left - r.left, r.right - s.right, s.top - r.top, r.bottom - s.bottom).toFixed(1)} px`;
	});
});

/* Letters that run out of the boxes around them: cells, tiles, buttons. */
const spilled = () => [...document.querySelectorAll("th, td, dd, dt, button, summary, .badge, .level, figcaption, caption, h1, h2, h3")].filter(e => {
	const style = getComputedStyle(e);
	return e.offsetParent && style.overflowX === "visible" && e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 0 && style.position !== "absolute" &&
		!e.querySelector(".unseen, .anchor, svg");
}).map(e => `${e.tagName}.${e.className} "${e.textContent.trim().slice(0, 40)}" ${e.scrollWidth} in ${e.clientWidth}`);

/* Short words that end in another line than they begin. */
const broken = () => [...document.querySelectorAll("th, td, dd, dt, code, summary, h1, h2, h3")].flatMap(e => {
	const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), out = [];
	for (let n; (n = walk.nextNode());) {
		for (const m of n.data.matchAll(/[\p{Script=Latin}0-9]{2,14}(?![\p{Script=Latin}0-9])/gu)) {
			if (/[\p{Script=Latin}0-9]/u.test(n.data[m.index - 1] ?? "")) continue;
			const r = document.createRange();
			r.setStart(n, m.index);
			r.setEnd(n, m.index + m[0].length);
			if (new Set([...r.getClientRects()].map(x => Math.round(x.top))).size > 1) out.push(`${e.tagName}.${e.className} "${m[0]}" of "${n.data.slice(0, 40)}"`);
		}
	}
	return out;
});

/* Charts that a phone has room for fit it, and what is scrolled shows that there is more. */
const unfit = () => dispatchEvent(new Event("resize")) && [...document.querySelectorAll(".scroll")].filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 8 &&
	(!e.classList.contains("more") || (innerWidth >= 390 && e.firstElementChild.viewBox?.baseVal.width <= 400)))
	.map(e => `${e.closest("[id]").id}: ${e.scrollWidth} in ${e.clientWidth}`);

/* A rule of the tree that goes on in another line does so below its beginning, not below the rule above. */
const notHung = () => [...document.querySelectorAll("tbody :is(th, td)")].filter(e => e.textContent.startsWith("\u2003") && e.getClientRects().length).flatMap(e => {
	const text = document.createTreeWalker(e, NodeFilter.SHOW_TEXT).nextNode(), from = text.data.search(/[^\u2003]/), r = document.createRange();
	if (from < 0) return [];
	r.setStart(text, from);
	r.setEnd(e, e.childNodes.length);
	const lines = [...r.getClientRects()];
	return lines.some(l => l.left < lines[0].left - 1) ? [`"${e.textContent.trim().slice(0, 40)}"`] : [];
});

/* On a phone a few numbers beside each other need not be scrolled. */
const scrolledNumbers = () => innerWidth < 390 || innerWidth > 540 ? [] : [...document.querySelectorAll(".column .scroll > table")].filter(e =>
	!e.closest(".data") && e.getClientRects().length && e.tHead.rows[0].cells.length < 5 && e.offsetWidth > e.parentElement.clientWidth &&
	[...e.tHead.rows[0].cells].slice(1).every(th => th.matches(".right"))).map(e => `${e.closest("[id]").id}: ${e.offsetWidth} in ${e.parentElement.clientWidth}`);

/* Words do not stand below each other where numbers have more room than they need; nine columns have less. */
const narrowWords = () => innerWidth < 1024 ? [] : [...document.querySelectorAll("#target > .table td:not([class])")].filter(e => {
	const r = document.createRange();
	r.selectNodeContents(e);
	return e.getClientRects().length && new Set([...r.getClientRects()].map(x => Math.round(x.top))).size > (innerWidth < 1200 && e.parentElement.cells.length > 8 ? 2 : 1);
}).map(e => e.textContent);

/* On a phone the strength of a pair is in sight beside both names. */
const strengthHidden = () => innerWidth < 390 || innerWidth > 540 ? [] : [...document.querySelectorAll("#pairs tbody tr")].filter(tr =>
	tr.cells[2].getBoundingClientRect().right > document.querySelector("#pairs .scroll").getBoundingClientRect().right).map(tr => tr.textContent);

const openAll = () => { for (const d of document.querySelectorAll("details")) d.open = true; };

export async function widths(browser, file, t, list = [360, 390, 768, 1024, 1600, 1920]) {
	const page = await open(browser, file);
	for (const folded of [true, false]) {
		if (!folded) await page.evaluate(openAll);
		for (const width of folded ? list : [list[0], list.at(-1)]) {
			await page.setViewport({ width, height: 900 });
			t.none(await page.evaluate(tooWide), `wider than ${width} px`);
			t.none(await page.evaluate(spilled), `spilled at ${width} px`);
			t.none(await page.evaluate(broken), `words broken at ${width} px`);
			t.none(await page.evaluate(unfit), `scrolled at ${width} px`);
			t.none(await page.evaluate(notHung), `not set in at ${width} px`);
			t.none(await page.evaluate(scrolledNumbers), `few numbers scrolled at ${width} px`);
			t.none(await page.evaluate(strengthHidden), `strength out of sight at ${width} px`);
			t.none(await page.evaluate(narrowWords), `words below each other at ${width} px`);
		}
	}
	t.none(await page.evaluate(clipped), "text outside of its chart");
	t.none(await page.seen(), "seen");
	await page.close();
}

export async function accessible(browser, file, t, list) {
	for (const [i, { width, dark }] of list.entries()) {
		const page = await open(browser, file, { width, dark });
		await page.evaluate(axe);
		// half of a page are marks of charts, which are the same at any width: looked at once
		if (i > 0) await page.evaluate(() => { for (const e of document.querySelectorAll("figure svg > :not(title)")) e.remove(); });
		const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } }));
		t.none(result.violations.map(v => `${v.id} (${v.nodes.length}): ${v.nodes[0].target.join(" ")} ${v.nodes[0].any[0]?.message ?? v.nodes[0].failureSummary}`),
			`axe at ${width} px, ${dark ? "dark" : "light"}`);
		await page.close();
	}
}
