#!/bin/bash
# Ingest of a large XLSX sheet (200,000 rows, 20 columns, shared strings as Excel writes them) against
# openpyxl's read-only mode, which only reads the values. In one run on the same file; the ratio of CPU
# time is told too, since that depends less on what else the machine does. Skipped without openpyxl.
# Usage: xlsx.sh DOSSIER [ROWS]
set -eu
dossier=$(readlink -f "$1") rows=${2:-200000} python=
for p in /usr/bin/python3 python3; do
	[ -n "$python" ] || ! "$p" -c 'import openpyxl' 2>/dev/null || python=$p
done
[ -n "$python" ] || { echo "SKIP xlsx: there is no openpyxl"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/make.py" <<'PY'
import random, sys, zipfile
random.seed(7)
rows, path = int(sys.argv[1]), sys.argv[2]
index = {}
def text(s):
    return f't="s"><v>{index.setdefault(s, len(index))}</v></c>'
def number(v, style=""):
    return f'{style}><v>{v!r}</v></c>'
kinds = [lambda r: number(r), lambda r: number(random.randint(0, 10**6)), lambda r: number(random.random()),
    lambda r: number(round(random.gauss(50, 10), 2)), lambda r: text(f"category {random.randint(0, 50)}"),
    lambda r: text(f"customer {random.randint(0, 100000)}"), lambda r: number(43831 + random.randint(0, 1500), 's="1"'),
    lambda r: number(43831 + random.randint(0, 10**8) / 86400, 's="2"'),
    lambda r: f't="b"><v>{random.randint(0, 1)}</v></c>', lambda r: number(round(random.uniform(0, 1000), 3)),
    lambda r: number(random.randint(0, 9)), lambda r: "/>" if random.random() < .1 else number(random.randint(0, 100)),
    lambda r: text(f"text {r % 977} &amp; more"), lambda r: text(random.choice("ABCDE")), lambda r: number(random.gauss(0, 1)),
    lambda r: number(round(random.expovariate(.01), 1)), lambda r: number(random.randint(1900, 2024)),
    lambda r: text(f"ID{r:07d}"), lambda r: text(f"category {random.randint(0, 50)}"), lambda r: number(random.random() * 1e6)]
names = "ABCDEFGHIJKLMNOPQRST"
main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
package = "http://schemas.openxmlformats.org/package/2006"
part = "application/vnd.openxmlformats-officedocument.spreadsheetml."
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
    with z.open("xl/worksheets/sheet1.xml", "w") as f:
        f.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet {main}><sheetData><row r="1">'.encode())
        f.write("".join(f'<c r="{n}1" {text("column " + n)}' for n in names).encode())
        f.write(b"</row>")
        for r in range(rows):
            cells = "".join(f'<c r="{n}{r + 2}" {k(r)}' for n, k in zip(names, kinds))
            f.write(f'<row r="{r + 2}">{cells}</row>'.encode())
        f.write(b"</sheetData></worksheet>")
    z.writestr("xl/sharedStrings.xml", f"<sst {main}>" + "".join(f"<si><t>{s}</t></si>" for s in index) + "</sst>")
    z.writestr("xl/styles.xml", f'<styleSheet {main}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>')
    z.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{rel}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>')
    z.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">' + "".join(
        f'<Relationship Id="rId{i + 1}" Type="{rel}/{t}" Target="{p}"/>' for i, (t, p) in enumerate(
        [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")])) + "</Relationships>")
    z.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    z.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{part}sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{part}worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{part}sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="{part}styles+xml"/></Types>')
PY
cat >"$work/read.py" <<'PY'
import openpyxl, sys
rows = openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets[0].iter_rows(values_only=True)
print(sum(1 for _ in rows))
PY
python3 "$work/make.py" "$rows" "$work/big.xlsx"
timed() { # COMMAND...: wall seconds, CPU seconds, megabytes
	{ /usr/bin/time -f '%e %U %S %M' "$@" >/dev/null; } 2>&1 | tail -n 1 | awk '{ print $1, $2 + $3, $4 / 1024 }'
}
ours=$(timed "$dossier" run --quiet --until ingest --data-dir "$work/data" "$work/big.xlsx")
theirs=$(timed "$python" "$work/read.py" "$work/big.xlsx")
echo "$ours $theirs" | awk '{
	printf "xlsx: whole ingest  %6.2f s wall %6.2f s cpu %4.0f MB\n", $1, $2, $3
	printf "      openpyxl      %6.2f s wall %6.2f s cpu %4.0f MB\n", $4, $5, $6
	printf "      openpyxl / ingest: %.1f (wall), %.1f (cpu)\n", $4 / $1, $5 / $2 }'
