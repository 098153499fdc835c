// SPDX-License-Identifier: GPL-3.0-or-later
// A test of the tests: each fault is put into a good page, and must be found.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tally } from "./browser.js";
import { accessible, widths } from "./looks.js";
import { deeds, still } from "./deeds.js";

const end = "</main>";
const faults = [
	// what it is, what finds it, how the miss begins, how it gets into the page
	["a picture without words", accessible, /image-alt/, s => s.replace(end, '<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">' + end)],
	["a chart without words", accessible, /svg-img-alt/, s => s.replace(/(<svg[^>]*role="img")[^>]*?( class|>)/, "$1$2").replace(/(<svg[^>]*role="img"[^>]*>)<title>[^<]*<\/title>/, "$1")],
	["a heading out of order", accessible, /heading-order/, s => s.replace(/<h3>([^]*?)<\/h3>/, "<h5>$1</h5>")],
	["letters too pale", accessible, /color-contrast/, s => s.replace(end, '<p class="note"><font color="#cccccc">pale</font></p>' + end)],
	["something too wide", widths, /wider than/, s => s.replace(end, `<pre>${"wide ".repeat(300)}</pre>` + end)],
	["a text out of its chart", widths, /outside of its chart/, s => s.replace(/<text /, '<text x="-90" y="5">planted planted planted</text><text ')],
	["a request", widths, /request|policy/, s => s.replace(end, '<img alt="" src="https://example.org/x.png">' + end)],
	["a script of another", widths, /policy|console/, s => s.replace(end, "<script>document.title = 1</script>" + end)],
	["an element that is not closed", "valid", /html-validate/, s => s.replace(end, "<div><p>open</div>" + end)],
	["an id used twice", "valid", /no-dup-id/, s => s.replace(end, '<p id="summary"></p>' + end)],
	["a link that leads nowhere", deeds, /lead nowhere/, s => s.replace(end, '<a href="#nowhere">nowhere</a>' + end)],
	["a section without a link", deeds, /without a link/, s => s.replace(/ *<a class="anchor"[^]*?<\/a>/, "")],
	["a button that needs a script", still, /without a script/, s => s.replace(end, "<button>press</button>" + end)],
];

export async function planted(browser, file, valid, t) {
	const folder = mkdtempSync(join(tmpdir(), "dossier-planted.")), good = readFileSync(file, "utf8");
	for (const [what, find, miss, plant] of faults) {
		const bad = plant(good), path = join(folder, "page.html"), own = new Tally("planted");
		writeFileSync(path, bad);
		if (find === "valid") await valid(path, own);
		else if (find === accessible) await accessible(browser, path, own, [{ width: 1280, dark: false }]);
		else if (find === widths) await widths(browser, path, own, [1280]);
		else await find(browser, path, own);
		t.ok(bad !== good && own.misses.some(m => miss.test(m)), `${what} is not found`);
	}
	rmSync(folder, { recursive: true });
}
