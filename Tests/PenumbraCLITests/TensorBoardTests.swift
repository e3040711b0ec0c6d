// The event files of a run, read by the real TensorBoard where Python has it.

import Glibc
import Testing

@Suite struct TensorBoardTests {
  /// A Python that can import tensorboard: `PENUMBRA_PYTHON`, else `python3`.
  static let python: String? = {
    let named = getenv("PENUMBRA_PYTHON").map { String(cString: $0) }
    return [named, "/usr/bin/python3", "/usr/local/bin/python3"].compactMap { $0 }.first { python in
      // Under its own name: that is how Python finds its virtual environment.
      let outcome = try? Child.run("/usr/bin/env", [python, "-c", "import tensorboard"])
      return outcome?.code == 0
    }
  }()

  static let reader = """
    import sys
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "histograms": 0, "images": 0,
                                                          "tensors": 0})
    events.Reload()
    for tag in sorted(events.Tags()["scalars"]):
        print("scalar", tag, [(e.step, round(e.value, 6)) for e in events.Scalars(tag)])
    for tag in events.Tags()["histograms"]:
        for e in events.Histograms(tag):
            h = e.histogram_value
            print("histogram", tag, e.step, h.min, h.max, h.num, h.sum, h.sum_squares,
                  list(h.bucket_limit), list(h.bucket))
    for tag in events.Tags()["images"]:
        for e in events.Images(tag):
            print("image", tag, e.step, e.width, e.height, e.encoded_image_string[1:4].decode())
    for tag in events.Tags()["tensors"]:
        for e in events.Tensors(tag):
            print("text", tag, e.step, e.tensor_proto.string_val[0].decode())
    """

  @Test(.enabled(if: python != nil, "no Python with tensorboard; set PENUMBRA_PYTHON"))
  func theRealReaderSeesEverything() throws {
    let place = try Workspace([
      "a.lua": """
      local pn = require "penumbra"
      local state = pn.run:restore{ step = 0 } or { step = 0 }
      for step = state.step + 1, state.step + 3 do
        pn.run:log{ step = step, loss = 1 / step, D = { real = step == 2 and 0/0 or -step } }
        if step == 2 then pn.run:checkpoint{ step = 2 } end
      end
      if state.step == 0 then
        pn.run:histogram("w", pn.tensor{0, 1, 1, 2}, { step = 1, bins = 2 })
        pn.run:image("grid", pn.rand(4, 3, 8, 8), { step = 1, columns = 2, padding = 1 })
        pn.run:image("loss", pn.rand(1, 1, 4, 4), { step = 1, padding = 0 })
        pn.run:text("note", "größer **bold**", { step = 1 })
      end
      """
    ])
    #expect(try place.penumbra("run", "a.lua", "--on-nan", "skip").code == 0)
    // Step 3 comes a second time: the first one is void.
    let again = try place.penumbra("run", "--resume", "last", "--on-nan", "skip")
    #expect(again.code == 0, "\(again.errors)")
    try place.write("reader.py", TensorBoardTests.reader)
    let outcome = try Child.run(
      "/usr/bin/env", [TensorBoardTests.python ?? "", "reader.py", "runs/\(place.runs[0])"],
      environment: ["PYTHONIOENCODING": "utf-8"], in: place.path)
    let steps = "[(1, 1.0), (2, 0.5), (3, 0.333333), (4, 0.25), (5, 0.2)]"
    #expect(
      outcome.output == """
        scalar D/real [(1, -1.0), (3, -3.0), (4, -4.0), (5, -5.0)]
        scalar loss \(steps)
        histogram w 1 0.0 2.0 4.0 4.0 6.0 [1.0, 2.0] [1.0, 3.0]
        image grid 1 19 19 PNG
        image loss/image 1 4 4 PNG
        text note 1 größer **bold**

        """, "\(outcome.errors)")
  }
}
