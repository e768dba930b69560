// Small signs that stand in text: a term, a role, a state of a node.
import {html} from './html.js'
import {termFill, termInk} from './colour.js'

/** @param {{term: number}} props */
export function Term({term}) {
  return html`<span class="term" style=${{background: termFill(term), color: termInk(term)}} title=${'term ' + term}><span class="hidden">term </span>${term}</span>`
}

/**
 * The state of a node in a word.
 * @param {import('../model/types.js').Node} n
 */
export function nodeState(n) { return !n.up ? 'crashed' : n.paused ? 'paused, ' + n.role.toLowerCase() : n.role.toLowerCase() }
