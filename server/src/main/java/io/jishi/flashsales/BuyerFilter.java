package io.jishi.flashsales;

/**
 * Remembers buyers in a few bits each. Who was added is always found; who was not is found by mistake now and then, once in
 * a hundred and fifty while no more have been added than it was made for, more often beyond. A Bloom filter whose four bits
 * of a buyer are in one word, so that a look is one access to memory.
 */
final class BuyerFilter {
    private static final int BITS_PER_BUYER = 16;
    private static final int WORDS_MIN = 64;
    /** Four megabytes, for two million buyers. */
    private static final int WORDS_MAX = 1 << 19;

    private final long[] words;

    /** @param buyers about how many will be added */
    BuyerFilter(int buyers) {
        long wanted = Math.clamp((long) buyers * BITS_PER_BUYER / Long.SIZE, WORDS_MIN, WORDS_MAX);
        words = new long[(int) Long.highestOneBit(2 * wanted - 1)];
    }

    void add(long buyer) {
        long mixed = mix(buyer);
        words[word(mixed)] |= bits(mixed);
    }

    /** False only of those who were never added. */
    boolean mayHold(long buyer) {
        long mixed = mix(buyer);
        long bits = bits(mixed);
        return (words[word(mixed)] & bits) == bits;
    }

    private int word(long mixed) {
        return (int) (mixed >>> 40) & (words.length - 1);
    }

    private static long bits(long mixed) {
        return 1L << mixed | 1L << (mixed >>> 6) | 1L << (mixed >>> 12) | 1L << (mixed >>> 18);
    }

    /** The finalizer of SplitMix64: ids that follow each other become as good as random. */
    private static long mix(long buyer) {
        long mixed = (buyer ^ buyer >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
