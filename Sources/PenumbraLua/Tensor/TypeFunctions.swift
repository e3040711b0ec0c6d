/// Which type operands take together, as functions of `pn`.

internal import LuaEmbedding
internal import PenumbraTensor

enum TypeFunctions {
  static let entries: [Entry] = [
    Entry(
      "result_type",
      "The dtype that an operation on the two gives; numbers and tensors without dimensions count "
        + "only where they are of a higher kind (boolean, integer, float)",
      Parameter<Operand>("a", .operand), Parameter<Operand>("b", .operand), returns: "string",
      example: "assert(pn.result_type(pn.arange(2), 0.5) == \"float32\")"
    ) { _, a, b in
      let (x, y) = try TensorFunctions.pair(a, b)
      return DType.promoted(x, y).name
    },
    Entry(
      "promote_types", "The smallest dtype that holds the values of both",
      Parameter<DType>("a", .dtype), Parameter<DType>("b", .dtype), returns: "string",
      example: "assert(pn.promote_types(\"uint8\", \"int64\") == \"int64\")"
    ) { _, a, b in DType.promoted(a, b).name },
    Entry(
      "can_cast",
      "Whether promotion lets one dtype become another: not floats integers, nor numbers booleans",
      Parameter<DType>("from", .dtype), Parameter<DType>("to", .dtype), returns: "boolean",
      example: "assert(not pn.can_cast(\"float32\", \"int64\"))"
    ) { _, from, to in from.canCast(to: to) },
  ]
}
