package io.jishi.aftersales;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.jishi.core.Id;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A case with all that was done and said in it; for those alone whom it concerns.
 *
 * @param own whether who asks is its buyer
 */
public record CaseFile(@JsonProperty("case") Case content, boolean own, List<Done> steps, List<Evidence> evidence) {
    public CaseFile {
        steps = List.copyOf(steps);
        evidence = List.copyOf(evidence);
    }

    /** One step. */
    public record Done(Deed deed, Party by, CaseStage stage, Instant at) {}

    /**
     * A text, or a photo, which is fetched by its id.
     *
     * @param type {@code text}, or the photo's media type
     */
    public record Evidence(
            Id<Evidence> id,
            Party by,
            Instant at,
            String type,
            @Nullable String text) {
        static final String TEXT = "text";

        @Override
        public String toString() {
            return "Evidence[" + id + " " + type + "]";
        }
    }
}
