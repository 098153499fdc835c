# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions of the Matterhorn Protocol 1.1 (PDF Association) that a program can judge, those that touch
what our PDFs have: text, figures, tables, lists, headings, notes, links, fonts. Not a certificate: a
checker of others (veraPDF, PAC) knows more. Usage: matterhorn.py FILE.pdf ... (0: no fault)
matterhorn.py --planted FILE.pdf: faults are put into the file, and each must be found."""
import sys

import pikepdf
from pikepdf import Name

BLOCKS = {"Document", "Sect", "Div", "H1", "H2", "H3", "H4", "H5", "H6", "P", "Note", "Span", "Link", "TOC",
          "TOCI", "Reference", "L", "LI", "LBody", "Table", "Caption", "THead", "TBody", "TR", "TH", "TD", "Figure"}
PARENTS = {"TR": {"Table", "THead", "TBody"}, "TH": {"TR"}, "TD": {"TR"}, "THead": {"Table"},
           "TBody": {"Table"}, "LI": {"L"}, "LBody": {"LI"}, "TOCI": {"TOC"}}
PAINTS = {"Tj", "TJ", "'", '"', "Do", "sh", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "BI"}


def kids(element):
    k = element.get(Name.K)
    return [] if k is None else list(k) if isinstance(k, pikepdf.Array) else [k]


def is_element(kid):
    return isinstance(kid, pikepdf.Dictionary) and Name.S in kid


def walk(element, parent, out):
    out.append((element, parent))
    for kid in kids(element):
        if is_element(kid):
            walk(kid, element, out)


def kind(element):
    return str(element.S)[1:] if Name.S in element else ""


def look_at_pages(pdf, fault):
    """MCIDs of each page; all that is painted is in a tag or is decoration, and neither is in the other."""
    marks = []
    for number, page in enumerate(pdf.pages):
        seen, stack = set(), []
        for operands, operator in pikepdf.parse_content_stream(page):
            op = str(operator)
            if op in ("BDC", "BMC"):
                tag = str(operands[0])
                mcid = operands[1].get("/MCID") if op == "BDC" and isinstance(operands[1], pikepdf.Dictionary) else None
                what = "artifact" if tag == "/Artifact" else "tag" if mcid is not None else "span"
                if what == "artifact" and "tag" in stack:
                    fault("01-003", number, "decoration in tagged content")
                if what == "tag" and "artifact" in stack:
                    fault("01-004", number, "tagged content in decoration")
                if mcid is not None:
                    if int(mcid) in seen:
                        fault("01-005", number, f"MCID {mcid} twice")
                    seen.add(int(mcid))
                stack.append(what)
            elif op == "EMC":
                stack.pop() if stack else fault("01-005", number, "EMC without a start")
            elif op in PAINTS and "tag" not in stack and "artifact" not in stack:
                fault("01-005", number, f"{op} is neither tagged nor decoration")
        if stack:
            fault("01-005", number, "a mark without end")
        marks.append(seen)
        if page.obj.get(Name.Tabs) != Name.S and Name.Annots in page.obj:
            fault("28-008", number, "order of tabs is not that of the structure")
    return marks


def parent_tree(root):
    nums, todo = {}, [root.ParentTree]
    while todo:
        node = todo.pop()
        todo += list(node.get(Name.Kids, []))
        flat = list(node.get(Name.Nums, []))
        nums.update({int(k): v for k, v in zip(flat[::2], flat[1::2])})
    return nums


def look_at_marks(pdf, root, elements, marks, fault):
    """What a mark belongs to by the parent tree is what holds it."""
    nums, pages = parent_tree(root), {p.obj.objgen: i for i, p in enumerate(pdf.pages)}
    held, objects = {}, {}
    for element, _ in elements:
        own = element.get(Name.Pg)
        for kid in kids(element):
            if isinstance(kid, int):
                held[(pages[own.objgen], int(kid))] = element.objgen
            elif not is_element(kid) and Name.MCID in kid:
                held[(pages[kid.get(Name.Pg, own).objgen], int(kid.MCID))] = element.objgen
            elif not is_element(kid):
                objects[kid.Obj.objgen] = element
    for number, page in enumerate(pdf.pages):
        row = nums.get(int(page.obj.get(Name.StructParents, -1)), [])
        for mcid in marks[number]:
            if mcid >= len(row) or held.get((number, mcid)) != row[mcid].objgen:
                fault("01-005", number, f"MCID {mcid} is not in the tree")
        for link in page.obj.get(Name.Annots, []):
            owner = objects.get(link.objgen)
            if owner is None or kind(owner) != "Link":
                fault("28-011", number, "a link is not in a tag Link")
            elif int(link.get(Name.StructParent, -1)) not in nums:
                fault("28-002", number, "a link is not in the parent tree")
            if not str(link.get(Name.Contents, "")):
                fault("28-012", number, "a link does not say where it leads")
    for place in held:
        if place[1] not in marks[place[0]]:
            fault("01-005", place[0], f"MCID {place[1]} is not on its page")


def look_at_tree(elements, fault):
    level, ids = 0, set()
    for element, parent in elements:
        name, above = kind(element), kind(parent) if parent is not None else ""
        if name not in BLOCKS:
            fault("02-001", None, f"type {name} is none of the standard")
        if name in PARENTS and above not in PARENTS[name]:
            fault("09-004", None, f"{name} in {above}")
        if name == "Figure" and not str(element.get(Name.Alt, "")):
            fault("13-004", None, "a figure without a text")
        if name == "TH" and str(element.get(Name.A, {}).get("/Scope", "")) not in ("/Row", "/Column", "/Both"):
            fault("15-003", None, "a header cell without scope")
        if name == "Note":
            note = str(element.get(Name.ID, ""))
            if not note or note in ids:
                fault("19-003", None, "a note without an identifier of its own")
            ids.add(note)
        if len(name) == 2 and name[0] == "H" and name[1].isdigit():
            if int(name[1]) > level + 1:
                fault("14-003" if level else "14-002", None, f"{name} after H{level}")
            level = int(name[1])


def look_at_fonts(pdf, fault):
    for number, page in enumerate(pdf.pages):
        for name, font in page.obj.Resources.get(Name.Font, {}).items():
            below = font.DescendantFonts[0] if Name.DescendantFonts in font else font
            if Name.FontFile2 not in below.get(Name.FontDescriptor, {}):
                fault("31-009", number, f"font {name} is not embedded")
            if Name.ToUnicode not in font:
                fault("10-001", number, f"font {name} has no map to Unicode")
            if below.get(Name.Subtype) == Name.CIDFontType2 and Name.CIDToGIDMap not in below:
                fault("31-004", number, f"font {name} has no map to glyphs")


def faults_of(pdf):
    found = []

    def fault(condition, page, what):
        found.append((condition, f"{condition}{'' if page is None else f' page {page + 1}'}: {what}"))
    root = pdf.Root
    xmp = bytes(root.Metadata.read_bytes()).decode() if Name.Metadata in root else ""
    for bad, condition, what in (
            (not xmp, "06-001", "no metadata"), ("<dc:title>" not in xmp, "06-003", "no title in the metadata"),
            (not root.get(Name.ViewerPreferences, {}).get("/DisplayDocTitle"), "07-001", "the title is not shown"),
            (not root.get(Name.MarkInfo, {}).get("/Marked"), "00-000", "not marked as tagged"),
            (not str(root.get(Name.Lang, "")), "11-006", "no language"), (pdf.is_encrypted, "26-001", "encrypted")):
        if bad:
            fault(condition, None, what)
    elements = []
    for top in kids(root.StructTreeRoot):
        walk(top, None, elements)
    marks = look_at_pages(pdf, fault)
    look_at_marks(pdf, root.StructTreeRoot, elements, marks, fault)
    look_at_tree(elements, fault)
    look_at_fonts(pdf, fault)
    return found


def first(pdf, name):
    elements = []
    walk(kids(pdf.Root.StructTreeRoot)[0], None, elements)
    return next(e for e, _ in elements if kind(e) == name)


def append(pdf, ops):
    page = pdf.pages[-1]
    page.contents_add(pdf.make_stream(ops))


def unmap(pdf):
    for _, font in pdf.pages[-1].obj.Resources.Font.items():
        if Name.ToUnicode in font:
            del font[Name.ToUnicode]


PLANTED = {
    "00-000": lambda p: p.Root.__delitem__("/MarkInfo"), "06-001": lambda p: p.Root.__delitem__("/Metadata"),
    "07-001": lambda p: p.Root.__delitem__("/ViewerPreferences"), "11-006": lambda p: p.Root.__delitem__("/Lang"),
    "01-005": lambda p: append(p, b"0 0 m 9 9 l S"), "10-001": unmap,
    "01-003": lambda p: append(p, b"/P <</MCID 9999>> BDC /Artifact BMC EMC EMC"),
    "01-004": lambda p: append(p, b"/Artifact BMC /P <</MCID 9999>> BDC EMC EMC"),
    "02-001": lambda p: first(p, "P").__setattr__("S", Name.Paragraph),
    "09-004": lambda p: first(p, "TR").__setattr__("S", Name.LI),
    "13-004": lambda p: first(p, "Figure").__delitem__("/Alt"), "15-003": lambda p: first(p, "TH").__delitem__("/A"),
    "14-003": lambda p: first(p, "H2").__setattr__("S", Name.H4), "14-002": lambda p: first(p, "H1").__setattr__("S", Name.H2),
    "19-003": lambda p: first(p, "Note").__delitem__("/ID"),
    "28-011": lambda p: first(p, "Link").__setattr__("S", Name.Span),
    "28-012": lambda p: next(a for g in p.pages for a in g.obj.get(Name.Annots, [])).__delitem__("/Contents"),
    "28-008": lambda p: next(g for g in p.pages if Name.Annots in g.obj).obj.__delitem__("/Tabs"),
}


def main(args):
    bad = 0
    if args[:1] == ["--planted"]:
        for condition, plant in PLANTED.items():
            with pikepdf.open(args[1]) as pdf:
                plant(pdf)
                if condition not in {c for c, _ in faults_of(pdf)}:
                    print(f"{condition}: planted, not found")
                    bad += 1
        return bad > 0
    for path in args:
        with pikepdf.open(path) as pdf:
            found = faults_of(pdf)
            bad += len(found)
            for _, text in found[:20]:
                print(f"{path}: {text}")
    return bad > 0


sys.exit(main(sys.argv[1:]))
