/// `pn.summary`: a network as a table.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum SummaryFunction {
  static let entry = Entry(
    "summary",
    "A table of a network's layers: output shapes, parameters, multiply-adds where they are known. The "
      + "network runs once, in evaluation mode and outside the graph, on zeros of the given sizes (batch "
      + "included) or on tensors", Parameter<Module>("module", .module),
    Parameter<[SummaryInput]>(
      doc: ParameterDoc(
        name: "...", type: "table of sizes, or Tensor", standard: nil,
        summary: "one for each input"),
      type: ParameterType("table of sizes, or Tensor, for each input") { frame, first in
        guard first <= frame.argumentCount else { return nil }
        return try (first...frame.argumentCount).map { index in
          if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) {
            return .tensor(tensor)
          }
          guard frame.type(at: index) == .table,
            let sizes = frame.integers(inTableAt: index)
          else {
            throw BadValue(
              expected: "a table of sizes or a Tensor, got \(frame.describe(at: index))")
          }
          return .zeros(try Shape(sizes.map { Int($0) }, operation: "summary"))
        }
      }), returns: "string",
    example: "local net = pn.nn.Sequential(pn.nn.Conv2d(1, 4, 3), pn.nn.ReLU(), pn.nn.Flatten())\n"
      + "print(pn.summary(net, {1, 1, 8, 8}))"
  ) { _, module, inputs in
    let dtype = module.parameters.first { $0.dtype.isFloating }?.dtype ?? .float32
    return try module.summary(
      inputs.map { input in
        switch input {
        case .tensor(let tensor): tensor
        case .zeros(let shape): try Tensor.zeros(shape, dtype: dtype)
        }
      })
  }
}

/// What a network is shown: zeros of a shape, or a tensor.
enum SummaryInput {
  case zeros(Shape)
  case tensor(Tensor)
}
