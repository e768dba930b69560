// The link between two nodes: whole, or cut in one direction or both.
import {html} from './html.js'
import {Act} from './act.js'
import {Facts, Heading} from './facts.js'
import {cutAction, mendAction} from './links.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View, link: string}} props */
export function LinkDetails({app, view, link}) {
  const [from, to] = link.split('>').map(Number)
  const {cluster, history} = view
  const present = history.at(history.last)
  const way = (/** @type {number} */ a, /** @type {number} */ b) => (cluster.cuts.has(`${a}>${b}`) ? 'cut' : 'whole')
  const flying = [...cluster.messages.values()].flat().filter((f) => (f.from === from && f.to === to) || (f.from === to && f.to === from))
  return html`<${Heading} app=${app} text=${`Link ${from} ↔ ${to}`} />
    <${Facts} rows=${[
      [`${from} → ${to}`, way(from, to), Boolean(view.changed && view.changed.cuts)],
      [`${to} → ${from}`, way(to, from), Boolean(view.changed && view.changed.cuts)],
      ['On its way', flying.length],
    ]} />
    ${app.deeds.allowed && html`<div class="acts row" role="group" aria-label="What to do to the link">
      <${Act} app=${app} action=${cutAction(present, from, to, true)} label="Cut both ways" danger=${true} />
      <${Act} app=${app} action=${cutAction(present, from, to, false)} label=${`Cut ${from} → ${to}`} />
      <${Act} app=${app} action=${cutAction(present, to, from, false)} label=${`Cut ${to} → ${from}`} />
      <${Act} app=${app} action=${mendAction(present, from, to, true)} label="Mend" /></div>`}`
}
