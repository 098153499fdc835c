// SPDX-License-Identifier: GPL-3.0-or-later
// Tables that are hard to show: names and values of many scripts, too long or meant to do harm; more
// columns than a screen has pixels for; and one that cannot be read. tables.js FOLDER
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
let state = 1;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
const pick = list => list[Math.floor(random() * list.length)];
const field = v => /[",\n]/.test(v) ? `"${v.replace(/"/g, '""')}"` : String(v);
const save = (name, rows, more) => {
	writeFileSync(join(folder, name + ".csv"), rows.map(r => r.map(field).join(",")).join("\r\n") + "\r\n");
	writeFileSync(join(folder, name + ".yaml"), `id: ${name}\nsource: { file: ${name}.csv }\nreport_date: 2026-11-20\n${more}`);
};

const long = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle";
const cities = ["東京都千代田区", "Санкт-Петербург", "Αθήνα", "القاهرة", "תל אביב", "São Paulo", "🏔️ Zermatt", "กรุงเทพ", long + long,
	"<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "{{title}}", "=HYPERLINK(\"http://x\")", "+1", "@SUM(A1)"];
const dirty = [["城市", "Температура воздуха", "ἡλικία", "السعر", "👩‍🔬 score", long, "<b>bold</b> & \"quoted\"", "=formula", "when", "answer"]];
for (let i = 0; i < 400; i++) {
	const x = random() * 60 - 20;
	dirty.push([pick(cities), random() < .1 ? "" : x.toFixed(1), Math.floor(random() * 90), (random() * 1e6).toFixed(2), random() < .02 ? "n/a" : (x * 2 + random()).toFixed(3),
		pick(["ja", "nein", "vielleicht", long]), pick(["a & b", "<i>", "'", "\"x\""]), pick(["-1+1", "=1+1", "ok"]),
		`20${10 + i % 15}-0${1 + i % 9}-1${i % 9}`, x > 10 ? "да" : "нет"]);
}
save("dirty", dirty, `title: "Wörter, 言葉, слова, كلمات & <b>${long}</b>"\nsubtitle: "مرحبا بالعالم"\ntarget: answer\n`);

/* Many columns, some of them related, some with long names, holes or levels. */
function many(n, rows) {
	const table = [Array.from({ length: n }, (_, k) => k % 7 ? `measure_${k}` : `a_rather_long_name_of_a_column_that_does_not_end_${k}`)];
	for (let i = 0; i < rows; i++) {
		const x = random();
		table.push(table[0].map((_, k) => random() < .01 * (k % 5) ? "" : k % 11 === 3 ? pick(["red", "green", "blue"]) : (x * (k % 5) + random()).toFixed(3)));
	}
	return table;
}
save("wide", many(150, 120), "title: A hundred and fifty columns\n");
save("thousand", many(1000, 60), "title: A thousand columns\nmodeling: { enabled: false }\nreport: { formats: [html] }\n");

// a small page, for planting faults in it
save("small", [["name", "size"], ...Array.from({ length: 30 }, (_, k) => ["n" + k, k * k % 17])], "report: { formats: [html] }\n");

writeFileSync(join(folder, "broken.yaml"), "id: broken\nsource: { file: nowhere.csv }\n");
