/**
 * A Map whose copies cost little: they share its buckets until one of them writes.
 *
 * @module
 */

/**
 * @template K, V
 */
export class Shelf {
  /** @param {(key: K) => number} bucketOf must not be negative */
  constructor(bucketOf) {
    /** @private */
    this.bucketOf = bucketOf
    /** @private @type {Map<number, Map<K, V>>} */
    this.buckets = new Map()
    /** @private @type {Set<number>} the buckets that no copy shares */
    this.own = new Set()
    this.size = 0
  }

  /** @returns {Shelf<K, V>} */
  copy() {
    /** @type {Shelf<K, V>} */
    const other = new Shelf(this.bucketOf)
    other.buckets = new Map(this.buckets)
    other.size = this.size
    this.own.clear()
    return other
  }

  /**
   * @param {K} key
   * @returns {V|undefined}
   */
  get(key) {
    return this.buckets.get(this.bucketOf(key))?.get(key)
  }

  /** @param {K} key */
  has(key) {
    return this.get(key) !== undefined
  }

  /**
   * @param {K} key
   * @param {V} value
   */
  set(key, value) {
    const bucket = this.writable(this.bucketOf(key))
    const before = bucket.size
    bucket.set(key, value)
    this.size += bucket.size - before
  }

  /** @param {K} key */
  delete(key) {
    if (!this.has(key)) return
    const place = this.bucketOf(key)
    const bucket = this.writable(place)
    bucket.delete(key)
    this.size--
    if (bucket.size === 0) {
      this.buckets.delete(place)
      this.own.delete(place)
    }
  }

  /**
   * @private
   * @param {number} place
   * @returns {Map<K, V>}
   */
  writable(place) {
    let bucket = this.buckets.get(place)
    if (bucket !== undefined && this.own.has(place)) return bucket
    bucket = new Map(bucket)
    this.buckets.set(place, bucket)
    this.own.add(place)
    return bucket
  }

  /** @returns {IterableIterator<[K, V]>} */
  * [Symbol.iterator]() {
    for (const bucket of this.buckets.values()) yield* bucket
  }

  /** @returns {IterableIterator<K>} */
  * keys() {
    for (const bucket of this.buckets.values()) yield* bucket.keys()
  }

  /** @returns {IterableIterator<V>} */
  * values() {
    for (const bucket of this.buckets.values()) yield* bucket.values()
  }
}
