// The logs of all nodes. Placeholder: a table.
import {html} from './html.js'
import {termFill, termInk} from './colour.js'

/** @param {any} props */
export function Logs({cluster, select, selection}) {
  return html`<table class="plain"><tbody>${cluster.nodes.map((/** @type {any} */ n) => {
    const cells = []
    for (let i = Math.max(1, n.log.last - 20); i <= n.log.last; i++) {
      const e = n.log.at(i)
      cells.push(html`<td key=${i}><button class="quiet" style=${{background: termFill(e.term), color: termInk(e.term), opacity: i <= n.commit ? 1 : 0.6,
        outline: selection.node === n.id && selection.index === i ? '2px solid' : 'none'}}
        onClick=${() => select({node: n.id, index: i})}>${e.term}</button></td>`)
    }
    return html`<tr key=${n.id}><th>${n.id}</th>${cells}</tr>`
  })}</tbody></table>`
}
