// The command line of an action, ready to copy.
import {html, useState} from './html.js'
import {curl} from '../source/curl.js'
import {base} from '../source/base.js'

/** @param {{action: import('../source/api.js').Action|null}} props */
export function Curl({action}) {
  const [copied, setCopied] = useState('')
  if (!action) return html`<p class="curl muted">Each button shows here the command line that does the same.</p>`
  const text = curl(action, location.origin + base)
  const copy = async () => setCopied((await copyText(text)) ? text : '')
  return html`<p class="curl"><code tabindex="0" aria-label="Command line">${text.length > 2000 ? text.slice(0, 2000) + '…' : text}</code>
    <button class="small" onClick=${copy}>${copied === text ? 'Copied' : 'Copy'}</button></p>`
}

/**
 * Copies a text. Reports whether that worked.
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}
