package io.jishi.bench;

import io.jishi.bench.RecoveryPublisher.Ack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was acknowledged and heard, held against what the logs have.
 *
 * @param acknowledged publications that their publisher was told of
 * @param missing of these, those that are not in the log
 * @param elsewhere of these, those that are in the log, but not at the offset that was acknowledged
 * @param doubled publications that are in the logs more than once
 * @param outOfOrder publications that were acknowledged before another was sent, and are behind it
 * @param otherwiseHeard offsets at which listeners heard another publication than the log has, or heard one that it has not
 */
record RecoveryVerdict(
        long acknowledged, long missing, long elsewhere, long doubled, long outOfOrder, long otherwiseHeard) {

    /**
     * Judges.
     *
     * @param logs ids by offset, by channel
     * @param heard the same as the listeners heard it, from where they began
     */
    static RecoveryVerdict of(List<Ack> acks, Map<String, Map<Long, Long>> logs, Map<String, Map<Long, Long>> heard) {
        Set<Long> kept = new HashSet<>();
        long doubled = 0;
        for (Map<Long, Long> log : logs.values()) {
            for (long id : log.values()) {
                doubled += kept.add(id) ? 0 : 1;
            }
        }
        long missing = 0;
        long elsewhere = 0;
        for (Ack ack : acks) {
            if (!kept.contains(ack.id())) {
                missing++;
            } else if (!Long.valueOf(ack.id())
                    .equals(logs.getOrDefault(ack.channel(), Map.of()).get(ack.offset()))) {
                elsewhere++;
            }
        }
        return new RecoveryVerdict(
                acks.size(), missing, elsewhere, doubled, outOfOrder(acks), otherwiseHeard(logs, heard));
    }

    private static long outOfOrder(List<Ack> acks) {
        long outOfOrder = 0;
        List<Ack> fromTheEnd = new ArrayList<>(acks);
        fromTheEnd.sort(Comparator.comparing(Ack::channel)
                .thenComparing(Comparator.comparing(Ack::offset, Comparator.reverseOrder())));
        String channel = "";
        long firstAnswerNanos = Long.MAX_VALUE;
        for (Ack ack : fromTheEnd) {
            if (!ack.channel().equals(channel)) {
                channel = ack.channel();
                firstAnswerNanos = Long.MAX_VALUE;
            }
            outOfOrder += firstAnswerNanos < ack.sentNanos() ? 1 : 0;
            firstAnswerNanos = Math.min(firstAnswerNanos, ack.answeredNanos());
        }
        return outOfOrder;
    }

    private static long otherwiseHeard(Map<String, Map<Long, Long>> logs, Map<String, Map<Long, Long>> heard) {
        long otherwise = 0;
        for (Map.Entry<String, Map<Long, Long>> channel : heard.entrySet()) {
            Map<Long, Long> log = logs.getOrDefault(channel.getKey(), Map.of());
            otherwise += channel.getValue().entrySet().stream()
                    .filter(each -> !each.getValue().equals(log.get(each.getKey())))
                    .count();
        }
        return otherwise;
    }
}
