package io.jishi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import io.jishi.core.Id;
import io.jishi.core.Refusal;
import io.jishi.core.Role;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.DisconnectCode;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.jishi.realtime.ProtocolError;
import io.jishi.realtime.UnsubscribeCode;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes what is declared in code about methods, channels and codes into docs/PROTOCOL.md, between two marks. */
final class ProtocolDocument {
    private static final String BEGIN = "<!-- declarations: made from the code by ProtocolTest -->\n";
    private static final String END = "<!-- end of declarations -->\n";

    private final Methods methods;
    private final Authorization authorization;
    private final Map<String, Class<?>> types = new LinkedHashMap<>();
    private final Map<Integer, Refusal> refusals = new TreeMap<>();

    ProtocolDocument(Methods methods, Authorization authorization) {
        this.methods = methods;
        this.authorization = authorization;
    }

    String into(String document) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException("the document lacks the marks of the declarations");
        }
        return document.substring(0, begin + BEGIN.length()) + declarations() + document.substring(end);
    }

    private String declarations() {
        StringBuilder out = new StringBuilder("\n## Methods\n");
        methods.declared().forEach(method -> method(out, method));
        out.append("\n## Types\n\n");
        for (int written = 0; written < types.size(); written++) {
            Class<?> type = types.values().stream().skip(written).findFirst().orElseThrow();
            out.append("- **")
                    .append(name(type))
                    .append("** ")
                    .append(shape(type))
                    .append('\n');
        }
        channels(out);
        codes(out);
        return out.append('\n').toString();
    }

    private void method(StringBuilder out, Method<?, ?> method) {
        out.append("\n### `")
                .append(method.name())
                .append("`\n\n")
                .append(method.summary())
                .append("\n\n");
        out.append("- Parameters: ").append(shape(method.params())).append('\n');
        out.append("- Result: ").append(reference(method.result())).append('\n');
        out.append("- Open to: ").append(roles("rpc " + method.name())).append('\n');
        if (!method.refusals().isEmpty()) {
            out.append("- Refusals: ")
                    .append(method.refusals().stream()
                            .map(refusal -> "`" + wire(refusal) + "`")
                            .distinct()
                            .collect(Collectors.joining(", ")))
                    .append('\n');
        }
        method.refusals().forEach(refusal -> refusals.put(refusal.code(), refusal));
    }

    private String roles(String row) {
        Set<Role> allowed = authorization.rows().getOrDefault(row, Set.of());
        return allowed.isEmpty()
                ? "nobody"
                : allowed.stream()
                        .map(role -> role.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
    }

    private static String wire(Refusal refusal) {
        return refusal.name().toLowerCase(Locale.ROOT);
    }

    private void channels(StringBuilder out) {
        out.append(
                "\n## Channel rights\n\n| Namespace | Subscribe | Publish | Presence | History |\n|---|---|---|---|---|\n");
        authorization.rows().keySet().stream()
                .filter(row -> row.startsWith("subscribe "))
                .map(row -> row.substring("subscribe ".length()))
                .forEach(namespace -> {
                    out.append("| `").append(namespace).append(":…` ");
                    for (String operation : new String[] {"subscribe", "publish", "presence", "history"}) {
                        out.append("| ")
                                .append(roles(operation + " " + namespace))
                                .append(' ');
                    }
                    out.append("|\n");
                });
    }

    private void codes(StringBuilder out) {
        out.append("\n## Errors of the protocol\n\n| Code | Message | Temporary | What to do |\n|---|---|---|---|\n");
        for (ProtocolError error : ProtocolError.values()) {
            row(out, error.code(), error.message(), error.temporary(), error.advice());
        }
        out.append("\n## Refusals\n\n| Code | Name | Temporary | What it says, and what to do |\n|---|---|---|---|\n");
        refusals.values()
                .forEach(each -> row(
                        out,
                        each.code(),
                        "`" + wire(each) + "`",
                        each.temporary(),
                        each.sentence() + " " + each.advice()));
        out.append("\n## Close codes\n\n| Code | Reason | Reconnects by itself | What to do |\n|---|---|---|---|\n");
        for (DisconnectCode code : DisconnectCode.values()) {
            row(out, code.code(), code.reason(), code.code() < 3500, code.advice());
        }
        out.append(
                "\n## Unsubscribe codes\n\n| Code | Reason | Subscribes anew by itself | What to do |\n|---|---|---|---|\n");
        for (UnsubscribeCode code : UnsubscribeCode.values()) {
            row(out, code.code(), code.reason(), code.code() >= 2500, code.advice());
        }
    }

    private static void row(StringBuilder out, int code, String name, boolean flag, String advice) {
        out.append("| ").append(code).append(" | ").append(name).append(" | ").append(flag ? "yes" : "no");
        out.append(" | ").append(advice.replace("|", "\\|")).append(" |\n");
    }

    // Shapes.

    private String shape(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(each -> "`" + ((Enum<?>) each).name().toLowerCase(Locale.ROOT) + "`")
                    .collect(Collectors.joining(" \\| "));
        }
        if (!type.isRecord()) {
            return reference(type);
        }
        return "`{"
                + Arrays.stream(type.getRecordComponents()).map(this::component).collect(Collectors.joining(", "))
                + "}`";
    }

    private String component(RecordComponent component) {
        if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
            return "all of " + plain(component.getGenericType());
        }
        boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || component.getType() == Optional.class;
        AnnotatedElement accessor = component.getAccessor();
        JsonProperty renamed = accessor.getAnnotation(JsonProperty.class);
        String name = renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
        return name + (optional ? "?" : "") + ": " + plain(component.getGenericType());
    }

    private String reference(Class<?> type) {
        return "`" + plain(type) + "`";
    }

    private String plain(Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] arguments = generic.getActualTypeArguments();
            if (raw == Id.class) {
                return "id";
            }
            if (Collection.class.isAssignableFrom(raw)) {
                return "[" + plain(arguments[0]) + "]";
            }
            return raw == Optional.class ? plain(arguments[0]) : plain(raw);
        }
        return type instanceof Class<?> simple ? simple(simple) : "any";
    }

    private String simple(Class<?> type) {
        if (type == String.class) {
            return "text";
        }
        if (type == Instant.class) {
            return "milliseconds";
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "integer";
        }
        if (type == double.class || type == Double.class) {
            return "number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        if (type == Id.class) {
            return "id";
        }
        boolean isText = Arrays.stream(type.getMethods()).anyMatch(m -> m.isAnnotationPresent(JsonValue.class));
        if (type.isEnum() || (type.isRecord() && !isText)) {
            types.putIfAbsent(type.getName(), type);
            return name(type);
        }
        return isText ? "text" : "any";
    }

    private static String name(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer == null ? type.getSimpleName() : name(outer) + "." + type.getSimpleName();
    }
}
