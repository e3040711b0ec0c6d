/// `pn.profile(fn)`: what the operations of a function cost.

internal import LuaEmbedding
internal import PenumbraTensor

enum ProfileFunctions {
  static let entry = Entry(
    "profile",
    "Runs fn() and measures each operation and derivative in it: calls, time (self: without the "
      + "operations inside), bytes, the script's line; an error in fn ends the profile and passes "
      + "through, and a profile inside another is refused",
    Parameter<LuaReference>("fn", .callable),
    Parameter<Options>.options("profile", [eventLimit.doc]),
    returns: "Profile, a table when printed",
    example: """
      local net = pn.nn.Sequential(pn.nn.Linear(8, 32), pn.nn.ReLU(), pn.nn.Linear(32, 1))
      local profile = pn.profile(function()
        net(pn.randn(16, 8)):square():mean():backward()
      end)
      print(profile)
      """
  ) { call, function, options in
    try Permissions.checkTime(call.name)
    // Decoded first: a wrong option must not cost the run.
    let profiler = Profiler(root: "(Lua)", eventLimit: try options[eventLimit])
    try profiler.measure {
      try call.frame.state.observingCalls(ProfiledCalls(profiler)) { _ = try function.call() }
    }
    return Instance(ProfileObject(profiler.profile), ProfileClass.definition)
  }

  private static let eventLimit = Parameter<Int>(
    "max_events",
    .integer.refined("integer ≥ 0") { value in
      guard value >= 0 else { throw BadValue(expected: "an integer of at least 0") }
      return value
    }, default: 1_000_000, "further ones are in the sums, but not in the trace")
}
