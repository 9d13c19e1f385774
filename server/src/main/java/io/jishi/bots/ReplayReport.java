package io.jishi.bots;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What came of a replay, in numbers and in text. */
record ReplayReport(
        int sent,
        int accepted,
        Map<String, Integer> refused,
        int unanswered,
        int sentAgain,
        int delivered,
        int missing,
        int repeated,
        int outOfOrder,
        int gaps,
        int otherOffset,
        int otherText,
        Quantiles answer,
        Quantiles observed) {

    /** Milliseconds. */
    record Quantiles(double p50, double p99) {
        static Quantiles of(long[] nanos) {
            Arrays.sort(nanos);
            return new Quantiles(at(nanos, 0.5), at(nanos, 0.99));
        }

        private static double at(long[] sorted, double q) {
            return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(q * sorted.length) - 1] / 1e6;
        }

        @Override
        public String toString() {
            return String.format("p50 %.1f ms, p99 %.1f ms", p50, p99);
        }
    }

    static ReplayReport of(List<Said> all, int unanswered, Observer observer) {
        Map<String, Integer> refused = new TreeMap<>();
        all.stream().map(Said::refusal).filter(Objects::nonNull).forEach(name -> refused.merge(name, 1, Integer::sum));
        List<Said> accepted =
                all.stream().filter(said -> said.commentId() != null).toList();
        List<Said> delivered =
                accepted.stream().filter(said -> heard(said, observer) != null).toList();
        return new ReplayReport(
                all.size(),
                accepted.size(),
                refused,
                unanswered,
                all.stream().mapToInt(said -> Math.max(0, said.tries() - 1)).sum(),
                delivered.size(),
                accepted.size() - delivered.size(),
                observer.repeated(),
                observer.outOfOrder(),
                observer.gaps(),
                count(
                        delivered,
                        said -> said.offset() != required(said, observer).offset()),
                count(
                        delivered,
                        said -> !said.line()
                                .text()
                                .equals(required(said, observer).text())),
                Quantiles.of(accepted.stream().mapToLong(Said::answerNanos).toArray()),
                Quantiles.of(delivered.stream()
                        .mapToLong(said -> required(said, observer).receivedNanos() - said.sentNanos())
                        .toArray()));
    }

    private static int count(List<Said> said, java.util.function.Predicate<Said> which) {
        return (int) said.stream().filter(which).count();
    }

    private static Observer.@Nullable Seen heard(Said said, Observer observer) {
        String id = said.commentId();
        return id == null ? null : observer.seen(id);
    }

    private static Observer.Seen required(Said said, Observer observer) {
        return Objects.requireNonNull(heard(said, observer));
    }

    /** Whether every accepted comment was heard once, in order and unchanged, and every one sent was answered. */
    boolean whole() {
        return missing + repeated + outOfOrder + gaps + otherOffset + otherText + unanswered == 0;
    }

    String text() {
        int no = refused.values().stream().mapToInt(Integer::intValue).sum();
        String reasons = refused.entrySet().stream()
                .map(reason -> reason.getKey() + " " + reason.getValue())
                .collect(Collectors.joining("; "));
        return String.join(
                System.lineSeparator(),
                "sent        " + sent + (sentAgain > 0 ? ", " + sentAgain + " tries more" : ""),
                "accepted    " + accepted,
                "refused     " + no + (no > 0 ? ": " + reasons : ""),
                "unanswered  " + unanswered,
                "delivered   " + delivered + " of " + accepted + " to the observer; missing " + missing + ", twice "
                        + repeated,
                "order       "
                        + (outOfOrder + gaps + otherOffset == 0
                                ? "as acknowledged, offsets rising"
                                : outOfOrder + " out of order, " + gaps + " gaps, " + otherOffset
                                        + " at another offset than acknowledged"),
                "content     " + (otherText == 0 ? "every text as sent" : otherText + " texts changed on the way"),
                "answered    " + answer,
                "observed    " + observed,
                whole()
                        ? "Every accepted comment was delivered once, in order and unchanged."
                        : "NOT every accepted comment was delivered once, in order and unchanged.");
    }
}
