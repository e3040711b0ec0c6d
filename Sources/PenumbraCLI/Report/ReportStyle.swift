// How a report looks, by day and by night.

enum ReportStyle {
  /// The colour and the dashes of a run: eight colours, then the same ones dashed, then dotted.
  static func classes(_ run: Int) -> String { "c\(run % 8) d\(run / 8 % 3)" }

  static let text: Markup = """
    :root{--bg:#f6f6f3;--card:#fff;--ink:#1d1d1b;--soft:#6c6b67;--line:#e3e2dd;--good:#00795a;\
    --warn:#9a6200;--bad:#b3261e;--busy:#0060a0;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b8578f;\
    --c4:#b87d00;--c5:#3a9bd6;--c6:#444;--c7:#8a8a8a;color-scheme:light dark}
    @media(prefers-color-scheme:dark){:root{--bg:#131416;--card:#1c1d20;--ink:#ececea;--soft:#9c9b97;\
    --line:#303136;--good:#45c79b;--warn:#e8ae4a;--bad:#ff8a80;--busy:#6fb7ee;--c0:#56b4e9;\
    --c1:#ff8c42;--c2:#2cc899;--c3:#e79cc6;--c4:#f0b93a;--c5:#8fcdf5;--c6:#d8d8d4;--c7:#8d8d8a}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,\
    "Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
    main{max-width:1240px;margin:0 auto;padding:36px 24px 48px}
    header{margin-bottom:28px}h1{font-size:30px;line-height:1.2;margin:0 0 8px;letter-spacing:-.01em;\
    overflow-wrap:anywhere}
    h2{font-size:13px;letter-spacing:.08em;text-transform:uppercase;color:var(--soft);\
    font-weight:600;margin:36px 0 12px}h3{font-size:14px;font-weight:600;margin:0;\
    overflow-wrap:anywhere}
    header p{margin:0;color:var(--soft)}.id{color:var(--soft);font-weight:400;font-size:.72em}
    code,pre,dd{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;\
    font-size:13px}
    .card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px;\
    margin:0 0 12px}.wide{overflow-x:auto;padding:6px 0}
    .badge{display:inline-block;font-size:12px;font-weight:600;padding:1px 9px;border-radius:99px;\
    border:1px solid currentColor}.badge.good{color:var(--good)}.badge.warn{color:var(--warn)}\
    .badge.bad,.bad{color:var(--bad)}.badge.busy{color:var(--busy)}
    dl{margin:0}dl div{min-width:0}dt{color:var(--soft);font-size:12.5px;\
    overflow-wrap:anywhere}dd{margin:0;\
    overflow-wrap:anywhere;unicode-bidi:isolate}
    .options,.facts{display:grid;gap:10px 24px;grid-template-columns:repeat(auto-fill,\
    minmax(170px,1fr))}.facts{grid-template-columns:repeat(auto-fill,minmax(240px,1fr))}
    .given dt{color:var(--c0);font-weight:600}.given dt::after{content:" •"}
    .commands div{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px}\
    .commands code{grid-column:1/-1;overflow-wrap:anywhere}.commands div+div{margin-top:10px}\
    .commands time,.commands i{color:var(--soft);font-size:12.5px;font-style:normal}
    table{border-collapse:collapse;width:100%;white-space:nowrap}th,td{padding:7px 16px;\
    text-align:right;unicode-bidi:isolate}th{color:var(--soft);font-weight:500;font-size:12.5px;\
    border-bottom:1px solid var(--line)}tr+tr td{border-top:1px solid var(--line)}\
    tr:nth-child(2) td{border-top:0}.left{text-align:left}td.option{font-weight:600}
    td label{display:inline-flex;align-items:center;gap:8px;cursor:pointer}
    .swatch{display:inline-block;width:14px;height:4px;border-radius:2px;background:currentColor;\
    vertical-align:middle}.c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}\
    .c3{color:var(--c3)}.c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}\
    .c7{color:var(--c7)}.line.d1{stroke-dasharray:7 3}.line.d2{stroke-dasharray:2 3}\
    .swatch.d1{background:repeating-linear-gradient(90deg,currentColor 0 5px,transparent 5px 7px)}\
    .swatch.d2{background:repeating-linear-gradient(90deg,currentColor 0 2px,transparent 2px 4px)}
    .charts{display:grid;gap:14px;grid-template-columns:repeat(auto-fill,minmax(min(360px,100%),1fr))}
    .charts.large{grid-template-columns:repeat(auto-fill,minmax(min(540px,100%),1fr))}
    .chart{margin:0;position:relative}.chart figcaption{display:flex;justify-content:space-between;\
    align-items:baseline;gap:12px;margin-bottom:4px}
    .plot{display:block;width:100%;height:auto;overflow:visible}\
    .line,.band,.dot{clip-path:url(#c)}.line{fill:none;stroke:currentColor;stroke-width:1.7;\
    stroke-linejoin:round}.band{fill:currentColor;opacity:.16}.dot{fill:currentColor}
    .gap{stroke:var(--bad);stroke-width:1.4}.grid path{stroke:var(--line);stroke-width:1;fill:none}\
    .grid .base{stroke:var(--soft);opacity:.6}.ticks text,.step{font-size:11px;fill:var(--soft)}
    .cursor line{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}.cursor circle{\
    fill:currentColor;stroke:var(--card);stroke-width:1.5}
    .switch{font-size:12px;color:var(--soft);display:flex;gap:5px;align-items:center;cursor:pointer;\
    user-select:none}.switch input{margin:0}
    .chart:has(.switch input:checked) .linear,.chart:has(.switch input:not(:checked)) .log{\
    display:none}
    .numbers{display:flex;flex-wrap:wrap;gap:2px 18px;margin:6px 0 0;color:var(--soft);\
    font-size:12.5px}.numbers b{color:var(--ink);font-weight:600}
    .ridge{fill:color-mix(in srgb,var(--c0) 34%,var(--card));stroke:var(--c0);stroke-width:1.2}
    .strip{display:flex;gap:14px;overflow-x:auto;padding:10px 0 4px}.strip figure{margin:0;\
    flex:none}.strip img,#zoom img{display:block;border-radius:6px;background:#fff;height:auto}\
    .strip img{cursor:zoom-in;border:1px solid var(--line)}.pixels{image-rendering:pixelated}\
    .strip figcaption{color:var(--soft);font-size:12.5px;margin-top:4px}
    #zoom{border:0;padding:0;background:none;max-width:96vw;max-height:96vh;overflow:auto}\
    #zoom::backdrop{background:rgb(0 0 0/.75)}#zoom img{max-width:94vw;min-width:min(720px,90vw);\
    cursor:zoom-out}
    .note{color:var(--soft);font-size:12.5px;margin:6px 2px}.failure{color:var(--bad);\
    white-space:pre-wrap;overflow-wrap:anywhere}
    .text{display:grid;grid-template-columns:minmax(88px,max-content) 1fr;gap:12px;margin-top:8px;align-items:baseline}\
    .text div{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;min-width:0}\
    .at{color:var(--soft);font-size:12.5px}
    summary{cursor:pointer}details pre{overflow-x:auto;margin:12px 0 0;tab-size:4}\
    details.card .options{margin-top:12px}
    .run{border-top:1px solid var(--line);padding:10px 2px}.run summary{font-weight:600}\
    .run summary .swatch{margin:0 8px 0 4px}.run summary .badge{margin-left:8px}\
    .run section{margin-left:18px}.run h2{margin:20px 0 8px}
    #tip{position:fixed;pointer-events:none;background:var(--card);border:1px solid var(--line);\
    border-radius:8px;padding:6px 10px;font-size:12.5px;box-shadow:0 4px 18px rgb(0 0 0/.18);\
    white-space:nowrap;z-index:9}#tip div{display:flex;gap:8px;align-items:center}\
    #tip b{margin-left:auto;padding-left:12px}.off{display:none}
    footer{color:var(--soft);font-size:12.5px;margin-top:40px}
    @media print{.card{break-inside:avoid}.switch{display:none}}
    """
}
