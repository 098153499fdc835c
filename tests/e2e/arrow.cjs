// Reads a table with apache-arrow and with polars and prints both as the same plain JSON, so that
// the test can compare them with what the input says. node arrow.cjs FOLDER_OF_MODULES table.arrow
const path = require("path");
const fs = require("fs");
const [modules, file] = process.argv.slice(2);
const load = (name) => require(path.join(modules, "node_modules", name));
const arrow = load("apache-arrow");

const iso = (ms) => new Date(ms).toISOString();
function plain(v, type) {
	if (v === null || v === undefined) return null;
	const t = String(type);
	if (t.startsWith("Date")) return iso(Number(v)).slice(0, 10);
	if (t.startsWith("Timestamp")) return iso(Number(v));
	if (typeof v === "bigint") return v.toString();
	return v;
}
const table = arrow.tableFromIPC(fs.readFileSync(file));
const byArrow = {};
for (const f of table.schema.fields) {
	const column = table.getChild(f.name);
	const values = [];
	for (let i = 0; i < table.numRows; i++) values.push(plain(column.get(i), f.type));
	byArrow[f.name] = { type: String(f.type), values };
}
console.log(JSON.stringify({ rows: table.numRows, columns: byArrow }));

const pl = load("nodejs-polars");
const df = pl.readIPC(fs.readFileSync(file));
const byPolars = {};
for (const name of df.columns) {
	const s = df.getColumn(name);
	byPolars[name] = {
		type: String(s.dtype),
		values: s.toArray().map((v) =>
			v === null || v === undefined ? null : v instanceof Date ? v.toISOString()
			: typeof v === "bigint" ? v.toString() : v),
	};
}
console.log(JSON.stringify({ rows: df.height, columns: byPolars }));
