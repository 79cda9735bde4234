/** Files as reference managers write them, with what each of them does in its own way. */
export const samples = {
  bibtex: `% exported by hand
@string{gq = "Grain Quarterly"}
@preamble{"\\newcommand{\\noop}[1]{}"}

@article{meyer2024black,
  author    = {M{\\"u}ller, J{\\"o}rg and Meyer, Anna and {Black Sea Watch}},
  title     = {The {Black Sea} corridor: 50\\% of what {\\LaTeX} said},
  journal   = gq,
  year      = 2024,
  month     = mar,
  volume    = {12},
  number    = 3,
  pages     = {101--119},
  doi       = {10.5555/gq.2024.12.3},
  keywords  = {grain, ports, {Black Sea}},
  file      = {:papers/meyer 2024.pdf:PDF},
  timestamp = {2024-05-01T10:00:00Z},
  note      = "A {"}quoted{"} note" # { with pieces},
}

@comment{jabref-meta: databaseType:biblatex;}

@phdthesis{okafor:2019,
  author = "Okafor, Chidi",
  title  = "Storage losses in transit",
  school = "University of Ibadan",
  year   = 2019,
  annote = {unbalanced \\{ here},
}

@online{watch,
  author = {{Black Sea Watch}},
  title = {Daily traffic},
  url = {https://example.org/traffic?day=1&x=%20y_z},
  urldate = {2024-06-01},
  date = {2024-05/2024-06},
}
`,
  ris: `TY  - JOUR
AU  - Okafor, Chidi
AU  - García Márquez, Gabriel
TI  - Rail gauges and grain
T2  - Transport Letters
PY  - 2021
DA  - 2021/04/09/
VL  - 7
IS  - 2
SP  - 11
EP  - 29
DO  - 10.5555/tl.7.2.11
UR  - https://example.org/tl/7/2
AB  - First line of the abstract
that goes on here.

A second paragraph.
KW  - rail
KW  - grain
N1  - seen at the library
C8  - kept by us
L1  - file:///papers/okafor.pdf
ID  - okafor2021
ER  - 

TY  - RPRT
A1  - Ministry of Ports
T1  - Annual report, no key
Y1  - 2020
PB  - Government Printer
ER  - 
`,
  'csl-json': `${JSON.stringify(
    [
      {
        id: 'http://zotero.org/users/1/items/ABCD',
        'citation-key': 'lee2022',
        type: 'book',
        title: 'Ports & {power}',
        author: [{ family: 'Lee', given: 'Bo', 'non-dropping-particle': 'van der' }],
        issued: { 'date-parts': [['2022', 3]] },
        ISBN: '978-3-16-148410-0',
        custom: { shelf: ['A', 3], 'a b': null },
        'x-rating': 4.5,
      },
      { id: 7, type: 'webpage', title: 'Numbered id', URL: 'https://example.org/7' },
    ],
    null,
    1,
  )}\n`,
} as const;
