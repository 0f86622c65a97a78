/**
 * What the page does in the browser: draws the charts with uPlot, lets methods be switched off and the horizontal axis
 * be counted in environment or agent steps. Plain JavaScript, as text: it is embedded as it stands.
 */
export const SCRIPT = `
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const dark = matchMedia('(prefers-color-scheme: dark)');
const hidden = new Set();
let unit = 'env';
let plots = [];

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const colour = (method) => {
  const palette = data.palette[dark.matches ? 'dark' : 'light'];
  return palette[data.methods.findIndex((one) => one.id === method) % palette.length];
};
const dash = (method) => {
  const round = Math.floor(data.methods.findIndex((one) => one.id === method) / data.palette.light.length);
  return [undefined, [7, 4], [2, 3]][round % 3];
};
const label = (method) => data.methods.find((one) => one.id === method).label;
const short = (value) => {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1e6) return +(value / 1e6).toPrecision(3) + 'M';
  if (size >= 1e4) return +(value / 1e3).toPrecision(3) + 'k';
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : size >= 1 || size === 0 ? value.toFixed(2) : value.toFixed(3);
};

const tick = (value) => (value === null || Math.abs(value) >= 1e4 ? short(value) : String(+value.toPrecision(3)));

/** One common horizontal axis for the methods of a chart; null where a method has no point. */
function columns(chart, scale) {
  const xs = [...new Set(chart.methods.flatMap((one) => one.steps))].sort((a, b) => a - b);
  const table = [xs.map((x) => x / scale)];
  for (const one of chart.methods) {
    const at = new Map(one.steps.map((x, i) => [x, i]));
    for (const values of [one.values, one.low, one.high])
      table.push(xs.map((x) => (at.has(x) ? values[at.get(x)] : null)));
  }
  return table;
}

function draw(place) {
  const chart = data.charts[place.dataset.chart];
  const agent = unit === 'agent' && chart.repeat;
  const scale = agent ? chart.repeat : 1;
  const readout = place.parentElement.querySelector('.readout');
  const series = [{}];
  const bands = [];
  for (const [i, one] of chart.methods.entries()) {
    const show = !hidden.has(one.method);
    const stroke = colour(one.method);
    const few = one.steps.length < 40;
    series.push({ label: label(one.method), stroke, width: 2, dash: dash(one.method), show, spanGaps: true, points: { show: few, size: 5, fill: stroke } });
    for (const end of ['low', 'high']) series.push({ label: end, stroke: 'transparent', width: 0, show, spanGaps: true, points: { show: false } });
    bands.push({ series: [3 * i + 3, 3 * i + 2], fill: stroke + '2b' });
  }
  const axis = { stroke: css('--soft'), grid: { stroke: css('--line'), width: 1 }, ticks: { stroke: css('--line'), width: 1 }, font: '11px system-ui, sans-serif', labelFont: '11px system-ui, sans-serif' };
  const xLabel = chart.x || (agent ? 'agent steps' : 'environment steps');
  const options = {
    width: Math.max(120, place.clientWidth),
    height: 260,
    legend: { show: false },
    scales: { x: { time: false }, y: chart.fixed ? { range: chart.fixed } : {} },
    axes: [
      { ...axis, label: xLabel, labelSize: 18, size: 34, values: (u, ticks) => ticks.map(tick) },
      { ...axis, label: chart.y, labelSize: 18, size: 48, values: (u, ticks) => ticks.map(tick) },
    ],
    series,
    bands,
    cursor: { drag: { x: true, y: false } },
    hooks: {
      setCursor: [(u) => {
        const i = u.cursor.idx;
        if (i === null || i === undefined) { readout.textContent = ''; return; }
        const parts = chart.methods.flatMap((one, k) => {
          const value = u.data[3 * k + 1][i];
          if (hidden.has(one.method) || value === null) return [];
          const [low, high] = [u.data[3 * k + 2][i], u.data[3 * k + 3][i]];
          const range = low === null ? '' : ' (' + short(low) + ' to ' + short(high) + ')';
          return [label(one.method) + ' ' + short(value) + range];
        });
        readout.textContent = short(u.data[0][i]) + ': ' + parts.join(', ');
      }],
    },
  };
  place.textContent = '';
  const plot = new uPlot(options, columns(chart, scale), place);
  plots.push({ plot, place });
}

function drawAll() {
  for (const { plot } of plots) plot.destroy();
  plots = [];
  for (const place of document.querySelectorAll('.plot')) draw(place);
  for (const mark of document.querySelectorAll('[data-method]')) {
    const stroke = colour(mark.dataset.method);
    if (mark.tagName === 'I') mark.style.background = stroke;
    else mark.setAttribute('stroke', stroke), mark.setAttribute('fill', stroke);
  }
}

for (const button of document.querySelectorAll('button[data-toggle]')) {
  button.addEventListener('click', () => {
    const { toggle } = button.dataset;
    if (hidden.has(toggle)) hidden.delete(toggle);
    else hidden.add(toggle);
    button.setAttribute('aria-pressed', String(!hidden.has(toggle)));
    drawAll();
  });
}
const axisButton = document.getElementById('axis');
axisButton.addEventListener('click', () => {
  unit = unit === 'env' ? 'agent' : 'env';
  axisButton.textContent = unit === 'env' ? 'axis: environment steps' : 'axis: agent steps';
  drawAll();
});
new ResizeObserver(() => {
  for (const { plot, place } of plots)
    if (Math.abs(plot.width - place.clientWidth) > 1) plot.setSize({ width: Math.max(120, place.clientWidth), height: 260 });
}).observe(document.body);
dark.addEventListener('change', drawAll);
drawAll();
document.documentElement.dataset.ready = 'true';
`;
