package io.jishi.realtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What the viewers of a channel are sent of what was published in a while. Each publication carries how many were left
 * out between it and the one that was sent before it, so for every viewer its offset is that of the one before, plus
 * that number, plus one.
 *
 * @param common for everybody, made once
 * @param leftOut what is not in it, by author; its authors are sent their own all the same
 */
record Sample(List<Encoded> common, Map<String, List<Encoded>> leftOut) {
    static final Sample NOTHING = new Sample(List.of(), Map.of());

    boolean isEmpty() {
        return common.isEmpty();
    }

    long leftOutCount() {
        return common.stream().mapToLong(Encoded::leftOut).sum();
    }

    /**
     * What the author of something that was left out is sent.
     *
     * @param aheadOffset where the author is already, because of own publications, behind which others were left out; 0
     *     where it is as far as all others
     */
    List<Encoded> seenBy(String author, long aheadOffset) {
        if (common.isEmpty()) {
            return common;
        }
        Encoded first = common.getFirst();
        long before = first.publication.offset() - first.leftOut() - 1;
        List<Encoded> all = new ArrayList<>(common);
        all.addAll(leftOut.getOrDefault(author, List.of()));
        all.removeIf(each -> each.publication.offset() <= aheadOffset);
        all.sort(Comparator.comparingLong(each -> each.publication.offset()));
        return counted(all, Math.max(before, aheadOffset));
    }

    /** The same publications, each with the number of those that are missing before it. */
    static List<Encoded> counted(List<Encoded> publications, long beforeOffset) {
        List<Encoded> counted = new ArrayList<>(publications.size());
        long before = beforeOffset;
        for (Encoded each : publications) {
            counted.add(each.leftOut(each.publication.offset() - before - 1));
            before = each.publication.offset();
        }
        return counted;
    }
}
