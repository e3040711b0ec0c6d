/// The fields that completion offers are there.

import LuaEmbedding
import Penumbra
import PenumbraLua
import Testing

@Suite struct ObjectFieldTests {
  private static let source = """
    local pn = require "penumbra"
    local net = pn.nn.Sequential(pn.nn.Linear(2, 3))
    local noisy = pn.optim.SGLD(pn.nn.Linear(2, 1):parameters(), { lr = 1e-3 })
    return pn.ones(2, 2), net, net[1], pn.blur.smear { sigma = 1 },
      pn.optim.Adam(net:parameters(), { lr = 1e-3 }), noisy, pn.data.mixture("ring")
    """
  private static let more = """
    local pn = require "penumbra"
    return pn.run, pn.profile(function() end), pn.optim.EMA(pn.nn.Linear(2, 1)),
      pn.optim.SWA(pn.nn.Linear(2, 1))
    """

  @Test func everyOfferedFieldCanBeRead() throws {
    let runtime = try quietRuntime()
    let read = try #require(
      runtime.run("return function(object, name) return object[name] end").first?.reference)
    var count = 0
    for object in try runtime.run(Self.source) + runtime.run(Self.more) {
      guard case .object(let instance, _) = object else {
        Issue.record("no object: \(object)")
        continue
      }
      let names = ObjectFields.names(of: instance)
      #expect(!names.isEmpty)
      count += 1
      // A container's children are reached by their numbers.
      for name in names where Int(name) == nil {
        _ = try runtime.call(read, [object, .string(name)])
      }
    }
    #expect(count == 11)
  }
}
