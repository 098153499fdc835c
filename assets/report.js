/* What a report does beyond being read: theme, finding columns, sorting, filtering and copying tables.
 * Everything works without it. `words` holds what it says, in the language of the report. */
(() => {
"use strict";
const root = document.documentElement;
const all = (css, from = document) => [...from.querySelectorAll(css)];
const say = (format, ...parts) => format.replace(/%s/g, () => parts.shift());
const make = (tag, props) => Object.assign(document.createElement(tag), props);

/* ---- theme: before anything is painted ---- */
const memory = {
	get() { try { return localStorage.getItem("dossier-theme"); } catch { return null; } },
	set(v) { try { localStorage.setItem("dossier-theme", v); } catch { /* not from a file */ } },
};
const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
if (["light", "dark"].includes(memory.get())) root.dataset.theme = memory.get();
root.classList.add("scripted");

function themeSwitch() {
	const button = document.querySelector(".theme");
	if (!button) return;
	const name = () => {
		button.querySelector("span").textContent = isDark() ? words.light : words.dark;
		button.setAttribute("aria-label", isDark() ? words.light_theme : words.dark_theme);
	};
	button.addEventListener("click", () => {
		root.dataset.theme = isDark() ? "light" : "dark";
		memory.set(root.dataset.theme);
		name();
	});
	name();
	button.hidden = false;
}

/* On narrow screens the contents open over the page. */
function menu(nav) {
	const button = nav.querySelector(".menu");
	if (!button) return;
	const set = open => {
		nav.classList.toggle("open", open);
		button.setAttribute("aria-expanded", open);
	};
	button.hidden = false;
	button.addEventListener("click", () => set(!nav.classList.contains("open")));
	nav.addEventListener("click", e => { if (e.target.closest("a")) set(false); });
	nav.addEventListener("focusout", e => { if (e.relatedTarget && !nav.contains(e.relatedTarget)) set(false); });
	nav.addEventListener("keydown", e => {
		if (e.key !== "Escape" || !nav.classList.contains("open")) return;
		set(false);
		button.focus();
	});
}

/* ---- contents: filter, and where the reader is ---- */
function contents() {
	const nav = document.querySelector(".side");
	if (!nav) return;
	const items = all("li li", nav), box = nav.querySelector(".filter"), nothing = nav.querySelector(".nothing");
	if (box && items.length > 6) {
		box.hidden = false;
		const chapters = all(":scope > ul > li", nav);
		/* columns without a section of their own are found where all are listed */
		const listed = new Map(chapters.map(li => [li, all("tr:has(> .spark) > th:not(:has(a))", document.getElementById(li.firstElementChild.hash?.slice(1)) ?? li)
			.map(th => th.textContent.toLowerCase())]));
		box.addEventListener("input", () => {
			const want = box.value.trim().toLowerCase();
			for (const li of items) li.hidden = !li.textContent.toLowerCase().includes(want);
			for (const li of chapters)
				li.hidden = want !== "" && !li.querySelector("li:not([hidden])") && !li.firstElementChild.textContent.toLowerCase().includes(want) &&
					!listed.get(li).some(name => name.includes(want));
			if (nothing) nothing.hidden = chapters.some(li => !li.hidden);
		});
	}
	menu(nav);
	const links = new Map(all("a[href^='#']", nav).map(a => [a.hash.slice(1), a]));
	const places = all("section[id]").filter(s => links.has(s.id));
	let here = null, due = false;
	const mark = () => {
		due = false;
		let now = null;
		for (const s of places) {
			if (s.getBoundingClientRect().top > 140) break;
			now = links.get(s.id);
		}
		if (now === here) return;
		here?.classList.remove("here");
		here?.removeAttribute("aria-current");
		now?.classList.add("here");
		now?.setAttribute("aria-current", "location");
		here = now;
		const list = nav.querySelector(":scope > ul");
		if (!now || !list) return;
		const a = now.getBoundingClientRect(), l = list.getBoundingClientRect();
		if (a.top < l.top || a.bottom > l.bottom) list.scrollTop += a.top - l.top - l.height / 3;
		if (a.left < l.left || a.right > l.right) list.scrollLeft += a.left - l.left - 16;
	};
	addEventListener("scroll", () => { if (!due) { due = true; requestAnimationFrame(mark); } }, { passive: true });
	mark();
}

/* ---- tables ---- */
/* As a program writes it: without thin spaces, with a plain minus and a point. */
const plain = text => {
	const s = text.replace(/\u2212/g, "-").replace(/[\u202f\u00a0]/g, "");
	return words.decimal_mark === "," ? s.replace(/^([<>~]?[+-]?\d+),(\d)/, "$1.$2") : s;
};
/* A printed number back as a number, with its "<", "~" or unit. NaN when it is none. */
function number(text) {
	const m = /^[<>~\s]*([+-]?[\d.]+(?:e[+-]?\d+)?|[+-]?∞)\s*(%|bytes?|kB|MB|GB|TB|PB)?$/.exec(plain(text));
	if (!m) return NaN;
	const unit = ["byte", "kB", "MB", "GB", "TB", "PB"].indexOf((m[2] || "byte").replace("bytes", "byte"));
	return (m[1].endsWith("∞") ? (m[1][0] === "-" ? -Infinity : Infinity) : parseFloat(m[1])) * (unit > 0 ? 1000 ** unit : 1);
}
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function sortBy(table, th, index) {
	const down = th.getAttribute("aria-sort") === "ascending", body = table.tBodies[0];
	const rows = [...body.rows].map(tr => {
		const text = tr.cells[index].textContent.trim();
		return { tr, text, value: number(text), none: text.startsWith("–") };
	});
	rows.sort((a, b) => a.none - b.none || (down ? -1 : 1) *
		(isNaN(a.value) || isNaN(b.value) ? collator.compare(a.text, b.text) : a.value - b.value || 0));
	body.append(...rows.map(r => r.tr));
	for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
	th.setAttribute("aria-sort", down ? "descending" : "ascending");
}

/* RFC 4180; a text that a spreadsheet would take for a formula is quoted with an apostrophe. */
function csv(table) {
	const field = cell => {
		let text = cell.textContent.replace(/^[^\S\u2003]+|\s+$/g, "");      /* em spaces say what stands below what */
		if (!isNaN(number(text))) text = plain(text);
		else if (/^[=+\-@\t\r]/.test(text)) text = "'" + text;
		return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
	};
	const line = tr => [...tr.cells].filter(cell => !cell.classList.contains("spark")).map(field).join(",") + "\r\n";
	return [...table.rows].filter(tr => !tr.hidden).map(line).join("");
}

/* For those who do not see that something changed. */
const tell = text => {
	const status = document.querySelector(".unseen[role=status]") ??
		document.querySelector("main").appendChild(Object.assign(make("p", { className: "unseen" }), { role: "status" }));
	status.textContent = text;
};

async function copy(text, button) {
	let done = true;
	try {
		await navigator.clipboard.writeText(text);
	} catch {
		const area = make("textarea", { value: text });
		document.body.append(area);
		area.select();
		done = document.execCommand("copy");
		area.remove();
		button.focus();
	}
	const before = button.dataset.text ??= button.textContent, said = done ? words.copied : words.not_copied;
	button.textContent = button.classList.contains("anchor") ? (done ? "\u2713" : "#") : said;
	tell(said);
	setTimeout(() => { button.textContent = before; tell(""); }, 1500);
}

const phone = matchMedia("(max-width:34rem)");
function tools(box) {
	const table = box.querySelector("table"), bar = make("div", { className: "tools" }), rows = [...table.tBodies[0].rows];
	const name = table.caption?.textContent || box.closest("figure")?.querySelector("figcaption")?.textContent;
	if (!table.caption) bar.classList.add("bare");
	const sortable = table.classList.contains("sortable");
	if (sortable && rows.length > 12) {
		const find = make("input", { type: "search", className: "filter", placeholder: words.filter_rows });
		find.setAttribute("aria-label", name ? say(words.filter_rows_of, name) : words.filter_rows);
		find.addEventListener("input", () => {
			const want = find.value.trim().toLowerCase();
			for (const tr of rows) tr.hidden = !tr.textContent.toLowerCase().includes(want);
			tell(say(words.rows_shown, rows.filter(tr => !tr.hidden).length, rows.length));
		});
		bar.classList.add("find");
		bar.append(find);
	}
	const button = make("button", { type: "button", textContent: words.copy_csv });
	if (name) button.setAttribute("aria-label", say(words.copy_csv_of, name));
	button.addEventListener("click", () => copy(csv(table), button));
	bar.append(button);
	box.prepend(bar);
	if (table.caption && bar.classList.contains("find")) {
		// on a phone there is no room beside the title: they stand between it and the table, which keeps its name
		const place = () => phone.matches ? table.caption.append(bar) : box.prepend(bar);
		table.setAttribute("aria-label", name);
		phone.addEventListener("change", place);
		place();
	}
	if (!sortable || rows.length < 2) return;
	[...table.tHead.rows[0].cells].forEach((th, i) => {
		if (th.classList.contains("spark")) return;
		const b = make("button", { type: "button" });
		b.append(...th.childNodes);
		b.addEventListener("click", () => sortBy(table, th, i));
		th.append(b);
	});
}

/* What scrolls must be reachable by keyboard. */
const fade = box => box.classList.toggle("more", box.scrollWidth - box.clientWidth - Math.abs(box.scrollLeft) > 8);
function reachable() {
	for (const box of all(".scroll")) {
		fade(box);
		if (box.tabIndex >= 0 || (box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight)) continue;
		box.tabIndex = 0;
		box.setAttribute("role", "group");
		const table = box.querySelector("table");
		box.setAttribute("aria-label", table?.getAttribute("aria-label") || table?.caption?.textContent || box.closest("figure")?.querySelector("figcaption")?.textContent || words.table);
	}
}

/* ---- folded parts ---- */
function reveal() {
	const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
	if (!target) return;
	let folded = false;
	for (let e = target; e; e = e.parentElement) {
		if (e instanceof HTMLDetailsElement && !e.open) folded = e.open = true;
	}
	if (folded) target.scrollIntoView();
}

/* ---- links to places, and what a mark of a chart stands for, under a finger ---- */
function linkPlaces() {
	document.querySelector("main").addEventListener("click", e => {
		const anchor = e.target.closest("a.anchor");
		if (anchor) copy(anchor.href, anchor);
	});
}

function tips() {
	let tip = null;
	const hide = () => { tip?.remove(); tip = null; };
	addEventListener("pointerdown", e => {
		hide();
		const mark = e.pointerType === "mouse" ? null : e.target.closest?.("figure svg *"), text = mark?.querySelector(":scope > title")?.textContent;
		if (!text) return;
		tip = make("div", { className: "tip", textContent: text });
		document.body.append(tip);
		tip.style.left = Math.max(8, Math.min(e.clientX - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8)) + "px";
		tip.style.top = Math.max(8, e.clientY - tip.offsetHeight - 16) + "px";
	}, { passive: true });
	addEventListener("scroll", hide, { passive: true });
}

addEventListener("DOMContentLoaded", () => {
	themeSwitch();
	all("div.table").forEach(tools);
	contents();
	linkPlaces();
	tips();
	reachable();
	reveal();
	addEventListener("hashchange", reveal);
	addEventListener("resize", reachable, { passive: true });
	addEventListener("toggle", reachable, true);
	addEventListener("scroll", e => { if (e.target.classList?.contains("scroll")) fade(e.target); }, { capture: true, passive: true });
	let opened = [];
	addEventListener("beforeprint", () => { opened = all("details:not([open])"); opened.forEach(d => { d.open = true; }); });
	addEventListener("afterprint", () => opened.forEach(d => { d.open = false; }));
});
})();
