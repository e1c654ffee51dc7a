// The style sheet of the HTML report. Colours are variables, set once for light and once for dark.
#pragma once

#include <string_view>

namespace reckon {

inline constexpr std::string_view report_style = R"css(
:root { color-scheme: light dark;
  --page: #ffffff; --ink: #1b1f24; --soft: #5b6470; --line: #d9dee4; --faint: #eef1f4; --panel: #f7f8fa;
  --good: #17703f; --good-fill: #dcf3e4; --bad: #a3283a; --bad-fill: #fbe3e6; --odd: #7a5200; --odd-fill: #fdf0cf;
  --c0: #1f6fb4; --c1: #c8432f; --c2: #23854d; --c3: #8250c4; --c4: #a86400; --c5: #0b7f8f; --c6: #b0327f; --c7: #5f6875; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14171b; --ink: #e6e9ed; --soft: #9aa4b0; --line: #343b44; --faint: #232930; --panel: #1b1f25;
  --good: #7fd8a3; --good-fill: #17382a; --bad: #ff9aa5; --bad-fill: #43202a; --odd: #f0c666; --odd-fill: #40341a;
  --c0: #6cb4f2; --c1: #ff8a73; --c2: #6ccf96; --c3: #bb97f5; --c4: #eeb04a; --c5: #55c8d8; --c6: #f08cc6; --c7: #a9b2be; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 20px 60px; max-width: 1140px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 24px; margin: 0 0 6px; line-height: 1.25; }
h2 { font-size: 18px; margin: 36px 0 10px; }
p { margin: 6px 0; max-width: 80ch; }
.soft, .facts dt { color: var(--soft); }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 16px; margin: 10px 0; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.warning { background: var(--odd-fill); color: var(--odd); border-radius: 6px; padding: 8px 12px; margin: 8px 0; max-width: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 9px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); font-size: 13px; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 4px; }
td small { color: var(--soft); font-size: 12.5px; }
td.strong { font-weight: 650; }
td.name { max-width: 320px; white-space: normal; overflow-wrap: anywhere; min-width: 190px; }
tr.baseline td.name::after { content: "baseline"; color: var(--soft); font-size: 12px; margin-left: 8px; }
td.number-bad { color: var(--bad); }
svg.plot { width: 100%; max-width: 860px; height: auto; display: block; font-family: inherit; }
svg.marker { width: 16px; height: 16px; vertical-align: -2px; margin-right: 7px; }
svg.difference { width: 180px; height: 18px; display: block; }
.grid { stroke: var(--faint); } .axis { stroke: var(--soft); stroke-width: 1; }
.tick { fill: var(--soft); font-size: 12px; } .label { fill: var(--soft); font-size: 13px; } .tag { font-size: 12px; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
.front { fill: none; stroke: var(--soft); stroke-width: 1.3; stroke-dasharray: 5 4; }
.bar { stroke-width: 1.8; } .mark { stroke: var(--page); stroke-width: 1; }
.bar.clear { stroke: var(--c0); stroke-width: 3; } .bar.unclear { stroke: var(--soft); stroke-width: 3; }
.dot.clear { fill: var(--c0); } .dot.unclear { fill: var(--soft); }
.s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); } .s3 { stroke: var(--c3); }
.s4 { stroke: var(--c4); } .s5 { stroke: var(--c5); } .s6 { stroke: var(--c6); } .s7 { stroke: var(--c7); }
.mark.s0, .t0 { fill: var(--c0); } .mark.s1, .t1 { fill: var(--c1); } .mark.s2, .t2 { fill: var(--c2); }
.mark.s3, .t3 { fill: var(--c3); } .mark.s4, .t4 { fill: var(--c4); } .mark.s5, .t5 { fill: var(--c5); }
.mark.s6, .t6 { fill: var(--c6); } .mark.s7, .t7 { fill: var(--c7); } .mark { stroke: var(--page); }
details > summary { cursor: pointer; }
.matrix { border: 1px solid var(--line); border-radius: 6px; margin-top: 10px; overflow-x: auto; }
.matrix .line { display: grid; gap: 8px; align-items: center; padding: 4px 10px; width: max-content; min-width: 100%; }
.matrix details { border-top: 1px solid var(--line); }
.matrix details > summary { list-style: none; }
.matrix details > summary::-webkit-details-marker { display: none; }
.matrix details > summary:hover { background: var(--panel); }
.matrix .head { color: var(--soft); font-size: 13px; font-weight: 600; align-items: end; }
.cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.cell { border-radius: 4px; padding: 0 6px; text-align: center; font-size: 13px; font-variant-numeric: tabular-nums; }
.good { background: var(--good-fill); color: var(--good); } .bad { background: var(--bad-fill); color: var(--bad); }
.odd { background: var(--odd-fill); color: var(--odd); } .none { color: var(--soft); }
.row-body { padding: 6px 14px 14px; background: var(--panel); }
.row-body p { white-space: pre-wrap; overflow-wrap: anywhere; }
.row-body td { text-align: left; padding: 3px 10px; }
.row-body td.answer { white-space: normal; overflow-wrap: anywhere; max-width: 420px; }
.column { text-align: center; font-size: 12px; line-height: 1.25; overflow-wrap: anywhere; }
.row-body th { text-align: left; padding: 3px 10px; }
@media print { body { max-width: none; } .matrix details > summary { break-inside: avoid; } }
)css";

}  // namespace reckon
