// Divides the nodes into groups, and shows which links are cut. Each cell of the table is
// one direction of a link.
import {html, useState} from './html.js'
import {Act} from './act.js'
import {cutAction, mendAction} from './links.js'
import {mendAll, partition} from '../source/api.js'

const most = 13 // nodes that the table has room for

/** @param {{app: import('./app.js').Page, present: import('../model/cluster.js').Cluster}} props */
export function PartitionForm({app, present}) {
  const ids = present.nodes.map((n) => n.id)
  const [text, setText] = useState('')
  const half = Math.floor(ids.length / 2)
  const shown = text || (ids.length > 1 ? `${ids.slice(0, half).join(' ')} | ${ids.slice(half).join(' ')}` : '')
  const groups = shown.split('|').map((g) => g.split(/[\s,]+/).filter(Boolean).map(Number)).filter((g) => g.length)
  return html`<section aria-label="Links"><h2>Links</h2>
    <label class="field"><span>Groups</span><input class="mono" value=${shown} onInput=${(/** @type {any} */ e) => setText(e.target.value)} /></label>
    <div class="row"><${Act} app=${app} action=${partition(groups)} label="Partition" danger=${true} disabled=${groups.length < 2} />
      <${Act} app=${app} action=${mendAll()} label="Remove all cuts" disabled=${present.cuts.size === 0} /></div>
    ${ids.length > 1 && ids.length <= most && html`<${Matrix} app=${app} present=${present} ids=${ids} />`}
  </section>`
}

/** @param {{app: import('./app.js').Page, present: import('../model/cluster.js').Cluster, ids: number[]}} props */
function Matrix({app, present, ids}) {
  const cell = (/** @type {number} */ from, /** @type {number} */ to) => {
    if (from === to) return html`<td key=${to}></td>`
    const cut = present.cuts.has(`${from}>${to}`)
    const action = cut ? mendAction(present, from, to, false) : cutAction(present, from, to, false)
    return html`<td key=${to}><button class=${cut ? 'cut' : ''} aria-pressed=${cut ? 'true' : 'false'} aria-label=${`Link from ${from} to ${to}, ${cut ? 'cut' : 'whole'}`}
      title=${`${from} → ${to}: ${cut ? 'cut; click to mend' : 'whole; click to cut'}`} onFocus=${() => app.deeds.point(action)} onMouseEnter=${() => app.deeds.point(action)}
      onClick=${() => app.deeds.act(action)}>${cut ? '✕' : '·'}</button></td>`
  }
  return html`<table class="matrix"><caption>Links from (row) to (column); choose one to cut or mend it</caption>
    <thead><tr><td></td>${ids.map((id) => html`<th scope="col" key=${id}>${id}</th>`)}</tr></thead>
    <tbody>${ids.map((from) => html`<tr key=${from}><th scope="row">${from}</th>${ids.map((to) => cell(from, to))}</tr>`)}</tbody></table>`
}
