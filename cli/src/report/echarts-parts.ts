/**
 * The parts of echarts that the charts of a report are made of, and no other: `echarts/charts` would read every chart
 * there is, which takes longer than the report. This file is imported when a report is made, never before.
 */
import 'echarts/lib/chart/bar.js';
import 'echarts/lib/chart/line.js';
import 'echarts/lib/component/gridSimple.js';
import 'echarts/lib/component/markLine.js';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([SVGRenderer]);

export { init };
