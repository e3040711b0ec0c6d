/// The userdata class of optimisers and samplers.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

/// An optimiser as a Lua object; its numbers may change over time.
final class OptimizerObject {
  let optimizer: any Optimizer
  /// Steps taken; schedules get the number of the step to come, counted from 1.
  private(set) var steps = 0
  private var schedules: [(name: String, value: Schedulable)] = []
  /// Settings of single groups over time.
  private var groupSchedules: [(group: Int, name: String, value: Schedulable)] = []
  /// What groups follow that do not say otherwise.
  private let defaultSchedules: [(name: String, value: Schedulable)]
  /// Decodes a group's table; nil where groups cannot be added.
  var readGroup: ((LuaFrame, Int, String) throws -> GroupTable)?

  init(_ optimizer: any Optimizer, schedules: [(name: String, value: Schedulable)] = []) {
    self.optimizer = optimizer
    defaultSchedules = schedules
  }

  /// Takes a new group's settings over time, its own and those that it was not given.
  func follow(_ settings: GivenSettings, group: Int) throws {
    for (name, value) in settings.schedules {
      try set(name, .overTime(value), group: group)
    }
    for (name, value) in defaultSchedules where !settings.has(name) {
      try set(name, .overTime(value), group: group)
    }
  }

  /// Sets one group's setting, now or over time.
  func set(_ name: String, _ given: GivenSetting, group: Int) throws {
    switch given {
    case .values(let values): try optimizer.set(name, to: values, inGroup: group)
    case .overTime: break
    }
    groupSchedules.removeAll { $0.group == group && $0.name == name }
    if case .overTime(let value) = given { groupSchedules.append((group, name, value)) }
  }

  func addGroup(_ table: GroupTable) throws {
    try optimizer.addGroup(table.tensors, table.settings.values)
    try follow(table.settings, group: optimizer.groupCount - 1)
  }

  /// Sets a number of `settable`, now or over time.
  func set(_ name: String, _ value: Schedulable) throws {
    schedules.removeAll { $0.name == name || ($0.name == "lr" && name == "step_size") }
    if name == "lr" { groupSchedules.removeAll { $0.name == name } }
    if value.isConstant {
      try assign(name, value.value(at: 1))
    } else {
      schedules.append((name, value))
    }
  }

  /// A step with the settings of its number; with a function, that evaluates the loss.
  func step(_ closure: LuaReference?) throws -> Tensor? {
    for (name, value) in schedules { try assign(name, value.value(at: Double(steps + 1))) }
    for (group, name, value) in groupSchedules {
      try optimizer.set(name, to: [value.value(at: Double(steps + 1))], inGroup: group)
    }
    var loss: Tensor?
    if let closure {
      loss = try optimizer.step {
        guard let loss = try closure.tensors([], "step").first else {
          throw TensorError(
            .value, "step", argument: "closure", expected: "a loss", got: "no value")
        }
        return loss
      }
    } else {
      try optimizer.step()
    }
    steps += 1
    return loss
  }

  private func assign(_ name: String, _ value: Double) throws {
    guard value >= 0, value.isFinite else {
      throw TensorError(
        .value, optimizer.name, argument: name, expected: "a number ≥ 0",
        got: "\(value)")
    }
    switch name {
    case "lr": optimizer.learningRate = value
    case "temperature": (optimizer as? any Sampler)?.temperature = value
    case "friction": (optimizer as? StochasticSampler)?.friction = value
    case "step_size": (optimizer as? StochasticSampler)?.setStepSize(value)
    default: break
    }
  }

  /// The fields that may be set, to numbers, schedules or functions of the step.
  var settable: [String] {
    guard let sampler = optimizer as? StochasticSampler else {
      return optimizer is any Sampler ? ["lr", "temperature"] : ["lr"]
    }
    let names = ["lr", "temperature", "step_size"]
    return sampler.integrator.isOverdamped ? names : names + ["friction"]
  }

  func resume(at steps: Int) { self.steps = steps }
}

enum OptimizerClass {
  static let definition: LuaClass<OptimizerObject> = LuaClass<OptimizerObject>(
    "Optimizer", methods: library.methods,
    metamethods: [
      (
        "__tostring",
        { frame in
          let optimizer = try this(frame).optimizer
          frame.returns(
            "\(optimizer.name)(lr=\(optimizer.learningRate), "
              + "\(optimizer.parameters.count) parameters)")
        }
      )
    ],
    index: { frame in
      let optimizer = try this(frame).optimizer
      switch frame.string(at: 2) {
      case "lr": frame.returns(optimizer.learningRate)
      // PyTorch's name.
      case "param_groups": try frame.returns(groups(this(frame)))
      case "temperature":
        guard let sampler = optimizer as? any Sampler else { throw frame.unknownField(at: 2) }
        frame.returns(sampler.temperature)
      default:
        guard let sampler = optimizer as? StochasticSampler, let name = frame.string(at: 2),
          let value = SamplerFields.value(name, sampler)
        else { throw frame.unknownField(at: 2) }
        try frame.returns(value)
      }
    },
    newIndex: { frame in
      let object = try this(frame)
      let name = frame.string(at: 2) ?? ""
      guard object.settable.contains(name) else {
        throw TensorError(
          .value, object.optimizer.name, "field \(frame.describe(at: 2)) cannot be set")
      }
      try object.set(
        name, Parameter<Schedulable>(name, .schedulable).decode(frame, 3, name, place: "field"))
    })

  private static func this(_ frame: LuaFrame) throws -> OptimizerObject {
    try frame.requireObject(at: 1, of: definition)
  }

  static let this = Parameter<OptimizerObject>("self", .object("Optimizer", definition))
  private static let sample =
    "local net = pn.nn.Linear(2, 1)\nlocal opt = pn.optim.CovarianceControlledSGLD("
    + "net:parameters(), {lr = 1e-3})\nopt:zero_grad()\nnet(pn.randn(8, 2)):square():mean()"
    + ":backward()\nopt:step()\n"

  static let library = Library(
    "Optimizer", "Changes parameters by their gradients, and a sampler by noise too.",
    isClass: true,
    [
      Entry(
        "step",
        "One update of all parameters that have a gradient; a function makes the gradients first, and "
          + "its loss is returned", this,
        Parameter<LuaReference?>.optional(
          "closure", .callable, "computes the loss, calls backward() and returns the loss"),
        returns: "Tensor or nil", example: sample
      ) { _, object, closure in try object.step(closure) },
      Entry(
        "groups", "The groups of parameters, each with its settings as fields", this,
        returns: "table of ParameterGroups",
        example: sample + "print(opt:groups()[1].lr, #opt:groups()[1].params)"
      ) { _, object in groups(object) },
      Entry(
        "add_group",
        "Trains further parameters, with the settings given here and otherwise those that the "
          + "optimiser was made with", this,
        Parameter<LuaReference>("group", .table, "{params = ..., settings...}"), returns: "nothing",
        example: "local a, b = pn.nn.Linear(2, 2), pn.nn.Linear(2, 1)\n"
          + "local opt = pn.optim.Adam(a:parameters(), {lr = 1e-3})\n"
          + "opt:add_group{params = b:parameters(), lr = 1e-4}\nassert(#opt:groups() == 2)"
      ) { call, object, _ in
        guard let read = object.readGroup else {
          throw TensorError(
            .value, "\(object.optimizer.name):add_group",
            "all parameters are in one group")
        }
        try object.addGroup(
          read(call.frame, 2, "\(object.optimizer.name):add_group"))
        return NoResult()
      },
      Entry(
        "zero_grad", "Forgets the gradients; call it before each forward pass", this,
        returns: "nothing", example: sample + "opt:zero_grad()"
      ) { _, object in
        object.optimizer.zeroGradients()
        return NoResult()
      },
      Entry(
        "state", "A table with everything that the next steps depend on", this, returns: "table",
        example: sample + "opt:load(opt:state())"
      ) { _, object in try OptimizerStateTable.encode(object) },
      Entry(
        "load", "Continues from a state, bit for bit", this,
        Parameter<LuaReference>("state", .table), returns: "nothing",
        example: sample + "opt:load(opt:state())"
      ) { call, object, _ in
        try OptimizerStateTable.load(object, call.frame, 2)
        return NoResult()
      },
      Entry(
        "trace",
        "trace(I_t): the summed diagonal of the running gradient covariance; nil before "
          + "the first step", this, returns: "number or nil", example: sample + "print(opt:trace())"
      ) { _, object in try covarianceControlled(object, "trace").covarianceTrace() },
      Entry(
        "covariances", "I_t's diagonal for each parameter, false where there is none yet; copies",
        this,
        returns: "table of Tensors", example: sample + "print(opt:covariances()[1])"
      ) { _, object in
        LuaValue.array(
          try covarianceControlled(object, "covariances").covariances.map {
            try $0?.clone().luaValue ?? .boolean(false)
          })
      },
      Entry(
        "per_example",
        "Measures the coming step's V by a backward pass for each example: exact for any model, also "
          + "where a parameter's examples cannot be told apart; call it after zero_grad()", this,
        Parameter<Int>("n", .count, "the number of examples"),
        Parameter<LuaReference>("fn", .callable, "example i's own loss, of i from 1 to n"),
        returns: "nothing",
        example: "local w = pn.randn(2, 1):requires_grad_(true)\nlocal x = pn.randn(8, 2)\n"
          + "local opt = pn.optim.CovarianceControlledSGLD({w}, {lr = 1e-3})\nopt:zero_grad()\n"
          + "x:matmul(w:tanh()):square():mean():backward()\n"
          + "opt:per_example(8, function(i) return x[{{i, i}}]:matmul(w:tanh()):square():mean() end)\n"
          + "opt:step()\nprint(opt:covariances()[1])"
      ) { _, object, count, function in
        let name = "per_example"
        try covarianceControlled(object, name).measurePerExample(count) { index in
          let values = try function.call([.integer(Int64(index + 1))])
          guard let loss = values.first?.tensor else {
            throw TensorError(
              .value, name, argument: "fn's result", expected: "a Tensor",
              got: values.first?.kind ?? "nothing")
          }
          return loss
        }
        return NoResult()
      },
      Entry(
        "restart", "Starts the running covariance afresh", this, returns: "nothing",
        example: sample + "opt:restart()"
      ) { _, object in
        try covarianceControlled(object, "restart").restart()
        return NoResult()
      },
      Entry(
        "noise_ratio", "‖injected noise‖ / ‖drift‖ of the last step; nil before the first", this,
        returns: "number or nil", example: sample + "print(opt:noise_ratio())"
      ) { _, object in
        guard let sampler = object.optimizer as? any Sampler else {
          throw TensorError(
            .value, "noise_ratio", expected: "a sampler", got: object.optimizer.name)
        }
        return try sampler.noiseRatio()
      },
    ] + SamplerFields.entries)

  private static func groups(_ object: OptimizerObject) -> LuaValue {
    .array(
      (0..<object.optimizer.groupCount).map {
        .object(ParameterGroupObject(object, $0), of: ParameterGroupClass.definition)
      })
  }

  private static func covarianceControlled(_ object: OptimizerObject, _ operation: String) throws
    -> any CovarianceEstimating
  {
    guard let optimizer = object.optimizer as? any CovarianceEstimating else {
      throw TensorError(
        .value, operation, expected: "a sampler that estimates covariances",
        got: object.optimizer.name)
    }
    return optimizer
  }
}
