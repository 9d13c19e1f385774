package io.jishi.realtime;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.jishi.core.Invalid;
import java.io.IOException;

/** What readers of Protobuf have in common. */
public final class ProtobufFields {
    private ProtobufFields() {}

    /**
     * Passes over a field that is not known. The schema has no groups, and the library follows groups within groups to
     * the end of the stack.
     *
     * @throws Invalid where the field is a group
     */
    public static void skip(CodedInputStream in, int tag) throws IOException {
        int type = WireFormat.getTagWireType(tag);
        if (type == WireFormat.WIRETYPE_START_GROUP || type == WireFormat.WIRETYPE_END_GROUP) {
            throw new Invalid("", "That is not well-formed Protobuf.");
        }
        in.skipField(tag);
    }
}
