package io.jishi.liverooms;

import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses texts that contain one of many words, in one pass over the text whatever their number (A. Aho, M. Corasick,
 * "Efficient string matching", 1975). Text and words are compared in Unicode's compatibility form, case folded, without
 * invisible format characters. Where a word begins or ends with a letter or digit of a script that puts spaces between
 * words, it matches there only at a word's edge: "ass" is not found in "class".
 */
final class WordList implements CommentFilter {
    static final int WORDS_MAX = 100_000;
    static final int WORD_CHARACTERS_MAX = 64;

    private final Node root = new Node(0);

    private static final class Node {
        final int depth;
        final Map<Integer, Node> next = new HashMap<>(2);
        boolean isWord;
        Node fallback = this;
        /** The longest proper suffix that is a word; null where there is none. */
        @Nullable
        Node shorterWord;

        Node(int depth) {
            this.depth = depth;
        }
    }

    /** @throws IllegalArgumentException where there are too many words, or one is too long */
    WordList(Collection<String> words) {
        if (words.size() > WORDS_MAX) {
            throw new IllegalArgumentException("more than " + WORDS_MAX + " words");
        }
        words.forEach(this::add);
        link();
    }

    /** Reads one word a line, past blank lines and those that begin with #. */
    static WordList parse(String lines) {
        return new WordList(lines.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList());
    }

    private void add(String word) {
        int[] points = normal(word);
        if (points.length > WORD_CHARACTERS_MAX) {
            throw new IllegalArgumentException("a word of more than " + WORD_CHARACTERS_MAX + " characters");
        }
        Node node = root;
        for (int point : points) {
            Node parent = node;
            node = parent.next.computeIfAbsent(point, p -> new Node(parent.depth + 1));
        }
        node.isWord = node != root;
    }

    private void link() {
        ArrayDeque<Node> queue = new ArrayDeque<>();
        for (Node child : root.next.values()) {
            child.fallback = root;
            queue.add(child);
        }
        while (!queue.isEmpty()) {
            Node node = queue.remove();
            node.shorterWord = node.fallback.isWord ? node.fallback : node.fallback.shorterWord;
            node.next.forEach((point, child) -> {
                child.fallback = step(node.fallback, point);
                queue.add(child);
            });
        }
    }

    @Override
    public boolean allows(String text) {
        int[] points = normal(text);
        Node node = root;
        for (int i = 0; i < points.length; i++) {
            node = step(node, points[i]);
            for (Node word = node.isWord ? node : node.shorterWord; word != null; word = word.shorterWord) {
                if (standsAlone(points, i + 1 - word.depth, i + 1)) {
                    return false;
                }
            }
        }
        return true;
    }

    private Node step(Node from, int point) {
        Node node = from;
        while (true) {
            Node next = node.next.get(point);
            if (next != null) {
                return next;
            }
            if (node == root) {
                return root;
            }
            node = node.fallback;
        }
    }

    /** Whether no word goes on across either end of the range. */
    static boolean standsAlone(int[] points, int from, int to) {
        return (from == 0 || !joins(points[from - 1], points[from]))
                && (to == points.length || !joins(points[to - 1], points[to]));
    }

    private static boolean joins(int left, int right) {
        return isSpaced(left) && isSpaced(right);
    }

    /** A letter or digit of a script that puts spaces between words. */
    private static boolean isSpaced(int point) {
        return Character.isLetterOrDigit(point)
                && !Character.isIdeographic(point)
                && switch (Character.UnicodeScript.of(point)) {
                    case HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> false;
                    default -> true;
                };
    }

    /** The form in which texts are compared. */
    static int[] normal(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        return Normalizer.normalize(folded, Normalizer.Form.NFKC)
                .codePoints()
                .filter(point -> Character.getType(point) != Character.FORMAT)
                .toArray();
    }
}
