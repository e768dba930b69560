// A refusal of the admin API (problem+json, RFC 9457) in words.

/** An answer of the server that is no success, or none at all (status 0). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} text
   */
  constructor(status, text) {
    super(text)
    this.status = status
  }
}

/**
 * Puts a refusal into words.
 * @param {number} status
 * @param {string} body
 */
export function readProblem(status, body) {
  try {
    const p = JSON.parse(body)
    const flaws = Array.isArray(p.errors) ? p.errors.map(flawWords) : []
    if (flaws.length) return new Problem(status, flaws.join('\n'))
    if (p.detail || p.title) return new Problem(status, String(p.detail || p.title))
  } catch { /* it is no JSON */ }
  return new Problem(status, body.trim().slice(0, 300) || `The server answered ${status}.`)
}

/** @param {{line?: number, key?: string, message: string}} f */
function flawWords(f) {
  return (f.line ? `line ${f.line}: ` : '') + (f.key ? f.key + ': ' : '') + f.message
}
