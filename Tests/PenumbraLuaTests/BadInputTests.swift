/// Bad input: an error that names the operation, the argument, what was wanted and what came.

import LuaEmbedding
import Penumbra
import Testing

@Suite struct BadInputTests {
  /// A chunk and a part of the message that it must raise.
  static let cases: [(String, String)] = [
    (
      "pn.ones(64, 10):matmul(pn.ones(128, 2))",
      "matmul: argument 2: expected [10, n], got [128, 2]"
    ),
    (
      "pn.ones(2):add(pn.ones(3))",
      "add: argument 2: expected a shape that broadcasts with [2], got [3]"
    ),
    ("return pn.ones(2) + 'x'", "+: operand 2: expected Tensor, number or boolean, got string 'x'"),
    ("return {} * pn.ones(2)", "operand 1: expected Tensor, number or boolean, got table"),
    ("pn.ones(2, 'a')", "ones: argument 1 (...): expected integer sizes, got string 'a'"),
    ("pn.zeros(2, 1 << 40, 0):totable()", "totable: expected at most 10000000 elements or tables"),
    ("pn.ones(-1)", "expected a size of at least 0, got -1"),
    ("pn.ones(1e18 // 1 | 0, 1000000)", "too large"),
    ("pn.ones(1, 1, 1, 1, 1, 1, 1, 1, 1)", "at most 8 dimensions"),
    ("pn.zeros{2, dtpye = 'float64'}", "unknown option 'dtpye' (did you mean 'dtype'?)"),
    ("pn.zeros{2, dtype = 'float16'}", "got string 'float16'"),
    ("pn.tensor{{1, 2}, {3}}", "ragged"),
    ("pn.tensor{1, 'x'}", "expected numbers or booleans in nested tables, got string 'x'"),
    ("local t = {} t[1] = t pn.tensor(t)", "hold themselves"),
    ("return pn.ones(3)[0]", "0 is none"),
    ("return pn.ones(3)[4]", "expected 1 to 3 in dimension 1, or negative, got 4"),
    ("return pn.ones(3)[{1, 1}]", "at most 1 indices"),
    ("return pn.ones(3)[{{2, 9}}]", "range within 1 to 3"),
    ("return pn.ones(3)[{{1, 3, 0}}]", "step cannot be 0"),
    ("return pn.ones(3)[{{1, 2, 3, 4}}]", "{{indices}}"),
    ("return pn.ones(3)[{'..', 1}]", "got string '..'"),
    ("return pn.ones(3)[{'...', '...'}]", "only once"),
    ("return pn.ones(3)[pn.tensor{0}]", "0 is none"),
    ("return pn.ones(3)[{{{4}}}]", "expected 1 to 3, or negative, got 4"),
    ("return pn.ones(3)[pn.tensor{true, false}]", "the extents of the dimensions that it covers"),
    ("pn.ones(3)[{{1, 2}}] = 'x'", "expected Tensor, number, boolean or nested tables"),
    ("pn.ones(3)[{{1, 2}}] = {1, 2, 3}", "expected a shape that broadcasts to [2], got [3]"),
    ("pn.ones(3):split(0)", "split: size: expected at least 1, got 0"),
    ("pn.ones(3):tensor_split({0})", "0 is none"),
    ("pn.ones(3):pad({1}, {})", "two numbers for each of at most 1 dimensions"),
    ("pn.ones(3):pad({1, 1}, {mode = 'mirror'})", "got string 'mirror'"),
    ("pn.ones(3):repeat_interleave(pn.tensor{0.5})", "an int64 tensor of counts"),
    ("pn.ones(3):repeat_interleave(-1)", "a count of at least 0"),
    ("pn.ones(2, 2):scatter_reduce(1, {1}, pn.ones(2), 'max')", "got string 'max'"),
    ("pn.ones(3):unfold(1, 4, 1)", "unfold: size: expected 0 to 3, got 4"),
    ("return pn.ones(3).foo", "foo"),
    ("pn.ones(3).foo = 1", "cannot be set"),
    ("pn.ones(2, 2):sum(3)", "expected 1 to 2, or negative, got 3"),
    ("pn.ones(2, 2):sum(0)", "0 is none"),
    ("pn.ones(2, 2):reshape(3)", "expected a shape with 4 elements, as [2, 2] has, got [3]"),
    ("pn.ones(2):item()", "expected a tensor with one element, got shape [2]"),
    ("pn.ones(2):backward()", "not computed from anything that requires a gradient"),
    ("pn.tensor{1, 2}:requires_grad_()", "expected float32 or float64, got int64"),
    (
      "local x = pn.ones(2):requires_grad_() x:add_(1)",
      "cannot be changed in place outside no_grad"
    ),
    ("return pn.ones(2) < pn.ones(2)", "use x:lt(y)"),
    ("return pn.ones(2) & pn.ones(2)", "expected integers or booleans, got float32"),
    ("return pn.tensor{1} // pn.tensor{0}", "division by zero"),
    ("pn.cat({})", "expected at least one tensor"),
    ("pn.cat({pn.ones(2), pn.ones(2, 2)})", "cat: tensor 2"),
    ("pn.where(pn.ones(2), 1, 0)", "expected a bool tensor, got float32"),
    ("pn.nn.Linear(2)", "Linear: argument 2 (output): expected integer ≥ 1, got no value"),
    ("pn.nn.Linear(0, 2)", "at least 1"),
    ("pn.nn.Linear(2, 3, {bais = false})", "did you mean 'bias'?"),
    ("pn.nn.Linear(2, 3)(pn.ones(4, 5))", "expected [..., 2], got [4, 5]"),
    ("pn.nn.Linear(2, 3)()", "Linear: argument 1 (input): expected Tensor, got no value"),
    ("pn.nn.Sequential(pn.nn.ReLU(), 3)", "got number 3"),
    ("pn.nn.module{}", "forward: expected function(self, x)"),
    ("pn.nn.module{forward = function() return 1 end}(pn.ones(1)):sum()", "attempt to index"),
    (
      "pn.nn.Sequential(pn.nn.module{forward = function() return 1 end})(pn.ones(1))",
      "forward must return a Tensor"
    ),
    ("pn.nn.Linear(2, 2):load_state_dict{weight = pn.ones(3, 3)}", "weight"),
    ("pn.optim.Adam({})", "parameter"),
    ("pn.optim.Adam({pn.ones(2)})", "requires"),
    (
      "pn.optim.Adam(pn.nn.Linear(2, 2):parameters(), {lr = -1})",
      "lr: expected a finite number of at least 0, got -1"
    ),
    ("pn.blur.gaussian{sigma = -1}", "sigma"),
    ("pn.blur.gaussian{}", "gaussian: option (sigma)"),
    ("pn.blur.gaussian{sigma = 1, border = 'mirror'}", "got string 'mirror'"),
    ("pn.data.mixture('rng')", "got string 'rng'"),
    ("pn.data.mnist('/nonexistent')", "/nonexistent"),
    ("pn.load('/nonexistent.safetensors')", "/nonexistent.safetensors"),
    ("pn.save('/nonexistent/x', {x = pn.ones(1)})", "/nonexistent"),
    ("pn.plot.save('x.bmp', {panels = {{series = {}}}})", "x.bmp"),
    ("pn.plot.save('x.png', {panels = {{series = {{kind = 'line', x = {1}}}}}})", "y"),
    ("pn.metrics.mode_coverage(pn.ones(4, 3), pn.data.mixture('ring'))", "[4, 3]"),
    (
      "local x = pn.ones(2) x:release() return x + 1",
      "+: operand 1: expected Tensor, number or boolean, got released Tensor"
    ),
    ("pn.randint(5, 1, {2})", "low < high"),
    ("pn.bernoulli({2}, 1.5)", "a number from 0 to 1"),
    ("pn.schedule.exponential{from = 1, to = 0, steps = 10}", "exponential"),
    ("pn.schedule.linear{from = 1, to = 0}", "option (steps)"),
    ("pn.progress(-1)", "at least 0"),
    ("pn.cross_entropy(pn.zeros(2, 3), {1, 4})", "expected 1 to 3"),
  ]

  @Test(arguments: cases)
  func raises(_ source: String, _ part: String) throws {
    let message = errorMessage(source, in: try quietRuntime())
    #expect(message?.contains(part) == true, "\(source): \(message ?? "no error")")
    #expect(message?.hasPrefix("test:1: ") == true, "the script's line: \(message ?? "")")
  }

  @Test func aFailedWriteLeavesNothingBehind() throws {
    let runtime = try quietRuntime()
    let result = try runtime.run(
      """
      local path = os.tmpname()
      os.remove(path)
      local ok = pcall(pn.save_images, path, pn.ones(2))
      return ok or io.open(path) ~= nil
      """)
    let first = try #require(result.first)
    guard case .boolean(let leftBehind) = first else { throw LuaError(message: "no boolean") }
    #expect(!leftBehind)
  }
}
