/// What an ensemble is made of: networks, a function that makes one, or one to be copied.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum EnsembleSource {
  case networks([Module])
  case function(LuaReference)
  case network(Module)

  /// - Parameter copier: must live until the ensemble is adopted.
  func ensemble(
    _ call: Call, _ count: Int?, shared: Bool, _ copier: ModuleCopier
  ) throws -> Ensemble {
    if case .networks(let networks) = self {
      guard count == nil || count == networks.count else {
        throw TensorError(
          .value, "Ensemble", argument: "count", expected: "the number of networks, or none",
          got: "\(count ?? 0)")
      }
      return try Ensemble(networks, shared: shared, copier: copier)
    }
    guard let count, count <= Ensemble.maximumCount else {
      throw TensorError(
        .value, "Ensemble", argument: "count", expected: "1 to \(Ensemble.maximumCount)",
        got: count.map(String.init) ?? "no value")
    }
    switch self {
    case .networks(let networks): return try Ensemble(networks, shared: shared, copier: copier)
    case .network(let network):
      return try Ensemble(copies: count, of: network, shared: shared, copier: copier)
    case .function(let make):
      // Lua holds the networks while they are being made.
      let made = try call.frame.state.run(
        """
        local make, count = ...
        local networks = {}
        for k = 1, count do networks[k] = make(k) end
        return networks
        """, name: "=penumbra", arguments: [.reference(make), .integer(Int64(count))])
      return try call.frame.state.withFrame(made) { frame in
        let networks = try (1...count).map { index in
          try frame.withElement(index, ofTableAt: 1) { slot in
            guard let network = frame.object(at: slot, of: ModuleClass.definition) else {
              throw TensorError(
                .value, "Ensemble", argument: "source",
                expected: "a function that returns a Module",
                got: frame.describe(at: slot))
            }
            return network
          }
        }
        return try Ensemble(networks, shared: shared, copier: copier)
      }
    }
  }
}

extension ParameterType where Value == EnsembleSource {
  static let ensembleSource = ParameterType("Module, function or table of Modules") {
    frame, index in
    if let module = try ParameterType<Module>.module.decode(frame, index) {
      return .network(module)
    }
    if let make = try ParameterType<LuaReference>.function.decode(frame, index) {
      return .function(make)
    }
    return try ParameterType<[Module]>.list(of: .module).decode(frame, index).map {
      .networks($0)
    }
  }
}
