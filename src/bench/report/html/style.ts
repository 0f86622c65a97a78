/** Colours of the methods, in their order, that stay apart on light and dark and for most kinds of colour blindness. */
export const PALETTE = {
  light: ['#0b6e99', '#c2410c', '#5b7f12', '#8b3fa8', '#a8710a', '#0f8a6d', '#b3265e', '#4b57c4'],
  dark: ['#5cc2ea', '#f79256', '#a9d05a', '#cf93ea', '#e8bd4f', '#5fd6b4', '#f47fab', '#9aa5ff'],
};

export const STYLE = `
:root { color-scheme: light dark; --bg: #fbfaf7; --card: #fff; --ink: #1c2126; --soft: #5b6670; --line: #dcdfe1; --mark: #eef2f3; --warn: #8a4b00; --warn-bg: #fff4e2; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #14181b; --card: #1b2024; --ink: #e7eaec; --soft: #9aa6b0; --line: #333b41; --mark: #242b30; --warn: #f2c987; --warn-bg: #33291a; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 1.7rem; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 1.15rem; margin: 36px 0 8px; }
h3 { font-size: 0.95rem; margin: 0 0 6px; font-weight: 600; }
p { margin: 6px 0; max-width: 78ch; }
.soft { color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 12px 0; padding: 0; list-style: none; }
.facts b { font-weight: 600; }
.notes { background: var(--warn-bg); color: var(--warn); border-radius: 8px; padding: 10px 14px 10px 30px; margin: 14px 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 16px; margin-top: 12px; }
.pair { grid-template-columns: repeat(auto-fill, minmax(min(100%, 460px), 1fr)); }
.intervals svg { max-width: 400px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; min-width: 0; }
.plot { height: 260px; }
.readout { min-height: 1.5em; font-size: 0.82rem; color: var(--soft); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.bar { position: sticky; top: 0; z-index: 5; background: var(--bg); padding: 8px 0; display: flex; flex-wrap: wrap; gap: 6px; align-items: center; border-bottom: 1px solid var(--line); }
button { font: inherit; font-size: 0.85rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 999px; padding: 3px 11px; cursor: pointer; }
button:focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
button[aria-pressed="false"] { opacity: 0.45; }
button i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.spring { flex: 1 1 auto; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: linear-gradient(to left, var(--card) 30%, transparent) right / 40px 100% no-repeat local, radial-gradient(farthest-side at 100% 50%, color-mix(in srgb, var(--ink) 30%, transparent), transparent) right / 14px 100% no-repeat scroll, var(--card); }
table { border-collapse: collapse; width: 100%; font-size: 0.86rem; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
th { font-weight: 600; color: var(--soft); background: color-mix(in srgb, var(--mark) 80%, transparent); white-space: normal; vertical-align: bottom; line-height: 1.25; }
th.text { white-space: nowrap; }
th.text, td.text { text-align: left; }
.published { border-style: dashed; }
.tag { display: inline-block; font-size: 0.72rem; letter-spacing: 0.04em; text-transform: uppercase; border: 1px dashed var(--soft); color: var(--soft); border-radius: 4px; padding: 0 6px; vertical-align: 2px; }
.films { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 12px; }
figure { margin: 0; } figcaption { font-size: 0.8rem; color: var(--soft); }
.films img { width: 100%; border-radius: 8px; display: block; image-rendering: pixelated; background: var(--mark); }
pre { overflow-x: auto; background: var(--mark); border-radius: 8px; padding: 10px 14px; font-size: 0.84rem; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .axis { fill: var(--soft); } svg .rule { stroke: var(--line); }
.u-select { background: color-mix(in srgb, var(--ink) 12%, transparent); }
@media print { .bar { display: none; } }
`;
